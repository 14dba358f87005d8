#include "podload/clock.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace podload {
namespace {

constexpr int kFirstYear = 1970, kLastYear = 2200;  // the range of a nanosecond clock, with a day's margin

/// The digits of `text` at [at, at + count) as a number, or nothing.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  const char* end = text.data() + at + count;
  const auto [stop, error] = std::from_chars(text.data() + at, end, value);
  if (error != std::errc() || stop != end || text[at] == '-') return std::nullopt;
  return value;
}

}  // namespace

std::string rfc3339(SystemTime time) {
  using namespace std::chrono;
  const auto whole = floor<milliseconds>(time);
  const std::time_t seconds_part = system_clock::to_time_t(floor<seconds>(whole));
  const auto millis = duration_cast<milliseconds>(whole - floor<seconds>(whole)).count();
  std::tm parts{};
  gmtime_r(&seconds_part, &parts);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> tail{};
  std::snprintf(tail.data(), tail.size(), ".%03dZ", static_cast<int>(millis));
  return std::string(text.data(), length) + tail.data();
}

std::optional<SystemTime> parse_rfc3339(std::string_view text) {
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':')
    return std::nullopt;

  std::chrono::nanoseconds fraction{0};
  std::size_t at = 19;
  if (at < text.size() && text[at] == '.') {
    std::int64_t unit = 100'000'000;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
      fraction += std::chrono::nanoseconds((text[at] - '0') * unit);
  }
  std::chrono::minutes offset{0};
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    const auto hours = digits(text, at + 1, 2), minutes = digits(text, at + 4, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    offset = std::chrono::minutes(*hours * 60 + *minutes) * (text[at] == '-' ? -1 : 1);
    at += 6;
  } else if (at < text.size() && (text[at] == 'Z' || text[at] == 'z')) {
    at += 1;
  } else {
    return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;

  using namespace std::chrono;
  const year_month_day date{std::chrono::year(*year), std::chrono::month(*month), std::chrono::day(*day)};
  if (!date.ok() || *year < kFirstYear || *year > kLastYear || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const auto time = sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) + fraction - offset;
  return time_point_cast<system_clock::duration>(time);
}

}  // namespace podload
