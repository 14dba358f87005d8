// Time is passed in: code that tests must run at another time takes a Clock.
//
// What several daemons decide together (sessions, leases) uses the database's clock instead. A Clock may be used from
// any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace podload {

using SystemTime = std::chrono::system_clock::time_point;
using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual SystemTime now() const = 0;
  virtual SteadyTime steady() const = 0;
};

/// "2026-11-22T07:04:05.123Z" (RFC 3339, UTC, milliseconds).
std::string rfc3339(SystemTime time);

/// Parses RFC 3339 as Kubernetes writes it; nothing for any other text and for years outside 1970 to 2200.
std::optional<SystemTime> parse_rfc3339(std::string_view text);

}  // namespace podload
