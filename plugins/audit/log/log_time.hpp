// Times as people and the predecessor write them into a search, and as the log's own rows have them.
// Free functions; any thread; throw nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "podload/clock.hpp"

namespace podload::audit {

/// A moment as it was written: the day, minute, second or millisecond that begins at `begin`.
struct Moment {
  SystemTime begin;
  std::chrono::nanoseconds length{0};
};

/// Reads RFC 3339, and without a zone "YYYY-MM-DD", "YYYY-MM-DD HH:MM[:SS[.fraction]]" and the same
/// with a T, taken as UTC+8: the predecessor wrote and read that. Nothing for anything else.
std::optional<Moment> parse_log_time(std::string_view text);

/// "2026-11-22T07:04:05.123456Z": PostgreSQL's own precision, so that nothing is lost on the way.
std::string utc_micros(SystemTime time);

}  // namespace podload::audit
