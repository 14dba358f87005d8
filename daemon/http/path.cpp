#include "http/path.hpp"

#include <optional>

#include "podload/error.hpp"

namespace podload {
namespace {

[[noreturn]] void refuse(const char* what) { throw Error("bad_path", {{"what", what}}); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text, bool plus_is_space) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0) refuse("a percent sign without two digits");
      c = static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    plain += c;
  }
  return plain;
}

/// Well-formed UTF-8 (RFC 3629): no overlong forms, surrogates or values past U+10FFFF.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
    const unsigned first = byte(i);
    const std::size_t length = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3
                               : first >= 0xF0 && first < 0xF5                  ? 4
                                                                                : 0;
    if (length == 0) return false;
    for (std::size_t k = 1; k < length; ++k)
      if ((byte(i + k) & 0xC0U) != 0x80U) return false;
    const unsigned second = byte(i + 1);
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second >= 0xA0) || (first == 0xF0 && second < 0x90) ||
        (first == 0xF4 && second >= 0x90))
      return false;
    i += length;
  }
  return true;
}

bool has_control(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  return false;
}

std::string segment(std::string_view raw) {
  if (raw.empty()) refuse("an empty part (two slashes, or one at the end)");
  std::string plain = decode(raw, false);
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
    std::string name = decode(pair.substr(0, equals), true);
    std::string value = equals == std::string_view::npos ? std::string() : decode(pair.substr(equals + 1), true);
    if (!is_utf8(name) || !is_utf8(value) || has_control(name) || has_control(value)) refuse("a query that is not plain text");
    if (!target.query.emplace(std::move(name), std::move(value)).second) refuse("a query parameter that occurs twice");
  }
  return target;
}

}  // namespace podload
