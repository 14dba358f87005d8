// Which rows of the log a request selects, and from which position: parsed from its query. Value types and free
// functions; any thread. Throws Error{"bad_time"} and Error{"bad_cursor"}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "podload/request.hpp"

namespace podload::audit {

/// Empty fields do not filter.
struct LogFilter {
  std::string from;   ///< RFC 3339, UTC; rows from this time on.
  std::string until;  ///< Rows before this time.
  std::string action;
  std::string user;
  std::string cluster;
  std::string outcome;
  std::string address;
  std::string operation;
  std::string q;  ///< A substring of username, resource, reason or details; case is ignored.

  /// The filter as the log records it for an export.
  Json json() const;
};

/// A row's place in the log, which is ordered by time and then id.
struct LogPosition {
  std::string at;  ///< RFC 3339, UTC, microseconds
  long long id = 0;
};

LogFilter filter_of(const Request& request);

/// Normalizes an action's spelling: "remove-load" becomes "remove_load".
std::string action_name(std::string_view text);

/// Encodes a position as one word for the next request, and parses it; opaque to clients.
std::string cursor_of(const LogPosition& position);
std::optional<LogPosition> position_of(std::string_view cursor);  ///< Nothing for an empty cursor.

}  // namespace podload::audit
