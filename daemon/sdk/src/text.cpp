#include "podload/text.hpp"

#include <simdjson.h>

#include <array>

namespace podload {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr std::string_view kReplacementText = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

/// The length in bytes of a code point, from its first byte; 0 if the byte cannot be the first.
std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

bool unfit(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029;
  const bool direction = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
  return control || direction || c == kReplacement;
}

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& at) {
  // The least code point that needs this many bytes: a lower one is an overlong form.
  constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const auto first = static_cast<unsigned char>(text[at++]);
  const std::size_t length = length_of(first);
  if (length == 1) return first;
  if (length == 0 || text.size() - at < length - 1) return kReplacement;
  char32_t code = first & (0xFFU >> (length + 1));
  for (std::size_t i = 0; i < length - 1; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0U) != 0x80U) return kReplacement;
    code = code << 6U | (byte & 0x3FU);
  }
  if (code < kLeast[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return kReplacement;
  at += length - 1;
  return code;
}

std::string clean_text(std::string_view text, std::size_t most) {
  std::string clean;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    if (count == most) return clean.append(kEllipsis);
    const std::size_t from = at;
    if (unfit(next_code_point(text, at)))
      clean.append(kReplacementText);
    else
      clean.append(text.substr(from, at - from));
  }
  return clean;
}

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) next_code_point(text, at);
  return count;
}

}  // namespace podload
