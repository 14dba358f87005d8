#include "http/fastcgi_request.hpp"

#include <algorithm>
#include <optional>

namespace podload {
namespace {

enum Type : std::uint8_t { kBegin = 1, kEnd = 3, kParams = 4, kStdin = 5, kStdout = 6 };

constexpr std::size_t kHead = 8;                 // bytes of a record's head
constexpr std::size_t kBeginContent = 8;         // bytes of FCGI_BEGIN_REQUEST's content
constexpr std::size_t kLargestContent = 0xFFF8;  // of a record that is written: a multiple of eight needs no padding
constexpr unsigned kResponder = 1, kKeepConnection = 1;

unsigned byte(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

void put_head(Type type, std::uint16_t id, std::size_t length, std::string& out) {
  const auto put = [&out](std::size_t value) { out += static_cast<char>(value & 0xFFU); };
  put(1), put(type), put(id >> 8U), put(id), put(length >> 8U), put(length), put(0), put(0);
}

/// The length of a name or value, taken off the front of `text`; nothing where it is cut short.
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

}  // namespace

void FastCgiRequest::take(std::string_view bytes) {
  while (!bytes.empty()) {
    if (whole_) throw BadFastCgi("bytes after the end of a request, before its reply");
    if (content_left_ > 0) {
      const std::string_view piece = bytes.substr(0, content_left_);
      take_content(piece);
      content_left_ -= piece.size();
      bytes.remove_prefix(piece.size());
    } else if (padding_left_ > 0) {
      const std::size_t skipped = std::min(padding_left_, bytes.size());
      padding_left_ -= skipped;
      bytes.remove_prefix(skipped);
    } else {
      const std::string_view piece = bytes.substr(0, kHead - head_.size());
      head_ += piece;
      bytes.remove_prefix(piece.size());
      if (head_.size() < kHead) return;
      take_head();
      head_.clear();
    }
    if (begun_ && content_left_ == 0 && padding_left_ == 0 && head_.empty()) end_record();
  }
}

void FastCgiRequest::take_head() {
  const unsigned version = byte(head_, 0);
  type_ = static_cast<std::uint8_t>(byte(head_, 1));
  const auto id = static_cast<std::uint16_t>(byte(head_, 2) << 8U | byte(head_, 3));
  content_left_ = std::size_t{byte(head_, 4)} << 8U | byte(head_, 5);
  padding_left_ = byte(head_, 6);
  empty_record_ = content_left_ == 0;
  if (version != 1) throw BadFastCgi("a record of version " + std::to_string(version));
  if (!begun_) {
    if (type_ != kBegin || id == 0 || content_left_ != kBeginContent) throw BadFastCgi("a request that does not begin with FCGI_BEGIN_REQUEST");
    begun_ = true;
    id_ = id;
    return;
  }
  if (id != id_) throw BadFastCgi("a record of another request");
  if (type_ != (params_done_ ? kStdin : kParams)) throw BadFastCgi("a record of type " + std::to_string(type_) + " where it cannot be");
  if (!params_done_ && raw_params_.size() + content_left_ > kLargestParams) throw BadFastCgi("more than 256 kB of parameters");
  if (params_done_ && body_size_ + content_left_ > kLargestBody) throw BadFastCgi("a body of more than 64 MB");
}

void FastCgiRequest::take_content(std::string_view piece) {
  if (type_ == kBegin) {
    begin_ += piece;
  } else if (type_ == kParams) {
    raw_params_ += piece;
  } else {
    body_size_ += piece.size();
    if (body_size_ <= body_kept_)
      body_ += piece;
    else
      std::string().swap(body_);
  }
}

void FastCgiRequest::end_record() {
  if (type_ == kBegin) {
    if ((byte(begin_, 0) << 8U | byte(begin_, 1)) != kResponder) throw BadFastCgi("a request for another role than responder");
    keep_connection_ = (byte(begin_, 2) & kKeepConnection) != 0;
  } else if (type_ == kParams && empty_record_) {
    read_params();
    params_done_ = true;
  } else if (type_ == kStdin && empty_record_) {
    whole_ = true;
  }
}

void FastCgiRequest::read_params() {
  std::string_view rest = raw_params_;
  while (!rest.empty()) {
    const auto name = take_length(rest);
    const auto value = name ? take_length(rest) : std::nullopt;
    if (!value || *name > rest.size() || *value > rest.size() - *name) throw BadFastCgi("a parameter that is longer than what was sent");
    params_.emplace(rest.substr(0, *name), rest.substr(*name, *value));
    rest.remove_prefix(*name + *value);
  }
  std::string().swap(raw_params_);
}

void FastCgiRequest::put_content(std::string_view content, std::string& out) const {
  out.reserve(out.size() + content.size() + (content.size() / kLargestContent + 3) * kHead);
  while (!content.empty()) {
    const std::string_view piece = content.substr(0, kLargestContent);
    put_head(kStdout, id_, piece.size(), out);
    out += piece;
    content.remove_prefix(piece.size());
  }
}

void FastCgiRequest::put_end(std::string& out) const {
  put_head(kStdout, id_, 0, out);
  put_head(kEnd, id_, kBeginContent, out);
  out.append(kBeginContent, '\0');  // FCGI_REQUEST_COMPLETE, status 0
}

}  // namespace podload
