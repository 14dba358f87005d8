#include "podload/quantity.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace podload {
namespace {

__extension__ typedef __int128 Wide;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max(), kLeast = std::numeric_limits<std::int64_t>::min();

struct Suffix {
  std::string_view text;
  int tens, twos;  ///< Multiplies by 10^tens and 2^twos.
};
constexpr std::array<Suffix, 16> kSuffixes{{{"", 0, 0}, {"n", -9, 0}, {"u", -6, 0}, {"m", -3, 0}, {"k", 3, 0}, {"M", 6, 0},
                                            {"G", 9, 0}, {"T", 12, 0}, {"P", 15, 0}, {"E", 18, 0}, {"Ki", 0, 10}, {"Mi", 0, 20},
                                            {"Gi", 0, 30}, {"Ti", 0, 40}, {"Pi", 0, 50}, {"Ei", 0, 60}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "e3", "E-3": a decimal exponent; nothing if `text` is not one.
std::optional<int> exponent_of(std::string_view text) {
  if (text.size() < 2 || (text[0] != 'e' && text[0] != 'E')) return std::nullopt;
  text.remove_prefix(text[1] == '+' ? 2 : 1);
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size() && value >= -50 && value <= 50 ? std::optional(value) : std::nullopt;
}

/// `value` times 10^tens and 2^twos, rounded away from zero and limited to the range.
std::int64_t scaled(Wide value, bool negative, int tens, int twos) {
  value <<= twos;  // 19 digits and 60 powers of two are 124 bits
  for (; tens > 0; --tens) {
    if (value > kMost) return negative ? kLeast : kMost;
    value *= 10;
  }
  bool rest = false;
  for (; tens < 0 && value > 0; ++tens) {
    rest = rest || value % 10 != 0;
    value /= 10;
  }
  if (rest) ++value;
  if (value > kMost) return negative ? kLeast : kMost;
  return negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

}  // namespace

std::optional<std::int64_t> parse_quantity(std::string_view text, QuantityUnit unit) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  Wide value = 0;
  int tens = unit == QuantityUnit::thousandths ? 3 : 0, digits = 0;
  bool point = false, some = false;
  std::size_t at = 0;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
      continue;
    }
    some = true;
    if (value == 0 && text[at] == '0') {
      if (point) --tens;
      continue;
    }
    if (++digits > 19) {  // more digits than count: out of range before the point, without effect after it
      if (!point) ++tens;
      continue;
    }
    value = value * 10 + (text[at] - '0');
    if (point) --tens;
  }
  if (!some) return std::nullopt;
  text.remove_prefix(at);
  for (const Suffix& suffix : kSuffixes)
    if (suffix.text == text) return scaled(value, negative, tens + suffix.tens, suffix.twos);
  const auto exponent = exponent_of(text);
  return exponent ? std::optional(scaled(value, negative, tens + *exponent, 0)) : std::nullopt;
}

std::int64_t add_quantities(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a > 0 ? kMost : kLeast;
}

}  // namespace podload
