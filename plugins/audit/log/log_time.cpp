#include "log/log_time.hpp"

#include <cstdio>

namespace podload::audit {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kLocalZone = "+08:00";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Where the zone begins in "HH:MM..."; the end if there is none.
std::size_t zone_at(std::string_view time) {
  if (time.ends_with('Z') || time.ends_with('z')) return time.size() - 1;
  if (time.size() < 6) return time.size();
  const std::string_view tail = time.substr(time.size() - 6);
  // An unencoded plus from a client arrives as a space.
  const bool signed_tail = tail[0] == '+' || tail[0] == '-' || tail[0] == ' ';
  return signed_tail && tail[3] == ':' ? time.size() - 6 : time.size();
}

}  // namespace

std::optional<Moment> parse_log_time(std::string_view text) {
  if (text.size() < 10) return std::nullopt;
  for (const std::size_t at : {0U, 1U, 2U, 3U})
    if (!is_digit(text[at])) return std::nullopt;
  const std::string date(text.substr(0, 10));
  Moment moment;
  std::string whole;
  if (text.size() == 10) {
    whole = date + "T00:00:00" + std::string(kLocalZone);
    moment.length = 24h;
  } else {
    if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
    const std::string_view rest = text.substr(11);
    const std::size_t end = zone_at(rest);
    std::string time(rest.substr(0, end)), zone(rest.substr(end));
    if (zone.empty()) zone = kLocalZone;
    if (zone[0] == ' ') zone[0] = '+';
    moment.length = time.size() == 5   ? std::chrono::nanoseconds(1min)
                    : time.size() == 8 ? std::chrono::nanoseconds(1s)
                                       : 1ms;
    if (time.size() == 5) time += ":00";
    whole = date + "T" + time + zone;
  }
  const auto begin = parse_rfc3339(whole);
  if (!begin) return std::nullopt;
  moment.begin = *begin;
  return moment;
}

std::string utc_micros(SystemTime time) {
  const auto micros = std::chrono::floor<std::chrono::microseconds>(time);
  const auto rest = (micros - std::chrono::floor<std::chrono::milliseconds>(micros)).count();
  std::string text = rfc3339(time);
  text.pop_back();  // the Z
  char tail[8];
  std::snprintf(tail, sizeof tail, "%03dZ", static_cast<int>(rest));
  return text + tail;
}

}  // namespace podload::audit
