// Times as people and the predecessor write them in a search, and as the log's rows have them. Free functions; any
// thread; throw nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "podload/clock.hpp"

namespace podload::audit {

/// A moment as written: the day, minute, second or millisecond that begins at `begin`.
struct Moment {
  SystemTime begin;
  std::chrono::nanoseconds length{0};
};

/// Parses RFC 3339 and, without a zone, "YYYY-MM-DD", "YYYY-MM-DD HH:MM[:SS[.fraction]]" and the same with a T, as
/// UTC+8, which the predecessor used. Nothing for any other text.
std::optional<Moment> parse_log_time(std::string_view text);

/// "2026-11-22T07:04:05.123456Z": PostgreSQL's precision, so that nothing is lost.
std::string utc_micros(SystemTime time);

}  // namespace podload::audit
