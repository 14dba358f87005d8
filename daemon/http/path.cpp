#include "http/path.hpp"

#include <algorithm>
#include <optional>

#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/text.hpp"

namespace podload {
namespace {

[[noreturn]] void refuse(const char* what) { throw Error("bad_path", {{"what", what}}); }

std::string decode(std::string_view text) {
  std::optional<std::string> plain = percent_decode(text);
  if (!plain) refuse("a percent sign without two digits");
  return *std::move(plain);
}

/// A name or a value of the query, where a plus sign is a space.
std::string decode_query(std::string_view text) {
  std::string with_spaces(text);
  std::replace(with_spaces.begin(), with_spaces.end(), '+', ' ');
  return decode(with_spaces);
}

bool has_control(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  return false;
}

std::string segment(std::string_view raw) {
  if (raw.empty()) refuse("an empty part (two slashes, or one at the end)");
  std::string plain = decode(raw);
  if (plain == "." || plain == "..") refuse("a dot part");
  if (plain.find_first_of("/\\") != std::string::npos) refuse("an encoded slash");
  if (has_control(plain)) refuse("a control character");
  if (!is_utf8(plain)) refuse("bytes that are not UTF-8");
  return plain;
}

}  // namespace

Target parse_target(std::string_view uri) {
  Target target;
  const auto question = uri.find('?');
  std::string_view path = uri.substr(0, question);
  if (path.empty() || path.front() != '/') refuse("it does not begin with a slash");
  for (std::string_view rest = path.substr(1); ; ) {
    const auto slash = rest.find('/');
    target.segments.push_back(segment(rest.substr(0, slash)));
    target.path += "/" + target.segments.back();
    if (slash == std::string_view::npos) break;
    rest = rest.substr(slash + 1);
  }
  std::string_view rest = question == std::string_view::npos ? std::string_view() : uri.substr(question + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    std::string name = decode_query(pair.substr(0, equals));
    std::string value = equals == std::string_view::npos ? std::string() : decode_query(pair.substr(equals + 1));
    if (!is_utf8(name) || !is_utf8(value) || has_control(name) || has_control(value)) refuse("a query that is not plain text");
    if (!target.query.emplace(std::move(name), std::move(value)).second) refuse("a query parameter that occurs twice");
  }
  return target;
}

}  // namespace podload
