#include "http/fastcgi_head.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace podload {
namespace {

enum Type : std::uint8_t { kBegin = 1, kParams = 4, kStdin = 5 };

constexpr std::size_t kHead = 8;          // bytes of a record's head
constexpr std::size_t kBeginContent = 8;  // bytes of FCGI_BEGIN_REQUEST's content
constexpr unsigned kResponder = 1;

unsigned byte(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }
unsigned two_bytes(std::string_view text, std::size_t at) { return byte(text, at) << 8U | byte(text, at + 1); }

/// Takes the length of a name or value off the front of `text`; nothing if it is cut short.
std::optional<std::size_t> take_length(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  std::size_t length = byte(text, 0);
  std::size_t bytes = 1;
  if (length >= 0x80) {
    if (text.size() < 4) return std::nullopt;
    length = (length & 0x7FU) << 24U | std::size_t{byte(text, 1)} << 16U | std::size_t{byte(text, 2)} << 8U | byte(text, 3);
    bytes = 4;
  }
  text.remove_prefix(bytes);
  return length;
}

void check_params(std::string_view rest) {
  while (!rest.empty()) {
    const auto name = take_length(rest);
    const auto value = name ? take_length(rest) : std::nullopt;
    if (!value || *name > rest.size() || *value > rest.size() - *name) throw BadFastCgi("a parameter that is longer than what was sent");
    // libfcgi makes a C string NAME=VALUE of the pair, which would then be read as another pair.
    if (rest.substr(0, *name).find('=') != std::string_view::npos || rest.substr(0, *name + *value).find('\0') != std::string_view::npos)
      throw BadFastCgi("a parameter with a zero byte, or whose name has an equals sign");
    rest.remove_prefix(*name + *value);
  }
}

struct Record {
  unsigned version, type, id;
  std::size_t length, padding;
};

Record read_head(std::string_view bytes) { return {byte(bytes, 0), byte(bytes, 1), two_bytes(bytes, 2), two_bytes(bytes, 4), byte(bytes, 6)}; }

void check_begin(const Record& record) {
  if (record.type != kBegin || record.id == 0 || record.length != kBeginContent) throw BadFastCgi("a request that does not begin with FCGI_BEGIN_REQUEST");
}

/// libfcgi mistakes the padding of these records for the next record's head. nginx sends none there.
void check_no_padding(const Record& record) {
  if (record.padding != 0) throw BadFastCgi("padding after a record of type " + std::to_string(record.type) + " where libfcgi takes none");
}

}  // namespace

FastCgiHead check_fastcgi(std::string_view bytes) {
  enum class Next { begin, params, body, nothing } next = Next::begin;
  std::string params;
  unsigned id = 0;
  while (!bytes.empty()) {
    if (next == Next::nothing) throw BadFastCgi("bytes after the end of a request, before its reply");
    if (bytes.size() < kHead) break;
    const Record record = read_head(bytes);
    if (record.version != 1) throw BadFastCgi("a record of version " + std::to_string(record.version));
    if (next == Next::begin)
      check_begin(record), id = record.id;
    else if (record.id != id)
      throw BadFastCgi("a record of another request");
    else if (record.type != (next == Next::params ? kParams : kStdin))
      throw BadFastCgi("a record of type " + std::to_string(record.type) + " where it cannot be");
    if (next == Next::begin || (next == Next::params && record.length == 0)) check_no_padding(record);
    bytes.remove_prefix(kHead);
    const std::string_view content = bytes.substr(0, record.length);
    if (bytes.size() < record.length + record.padding) break;
    bytes.remove_prefix(record.length + record.padding);
    switch (next) {
      case Next::begin:
        if (two_bytes(content, 0) != kResponder) throw BadFastCgi("a request for another role than responder");
        next = Next::params;
        break;
      case Next::params:
        params += content;
        if (record.length > 0) break;
        check_params(params);
        next = Next::body;
        break;
      case Next::body:
        if (record.length == 0) next = Next::nothing;
        break;
      case Next::nothing: break;
    }
  }
  return next == Next::nothing ? FastCgiHead::whole : next == Next::body ? FastCgiHead::params : FastCgiHead::part;
}

}  // namespace podload
