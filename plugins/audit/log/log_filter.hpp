// Which rows of the log somebody asks for, and from where on: read out of a request's query.
// Value types and free functions; any thread. Throws Error{"bad_time"} and Error{"bad_cursor"}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "podload/request.hpp"

namespace podload::audit {

/// What is empty does not filter.
struct LogFilter {
  std::string from;   ///< RFC 3339, UTC; rows of this time on.
  std::string until;  ///< Rows before this time.
  std::string action;
  std::string user;
  std::string cluster;
  std::string outcome;
  std::string address;
  std::string operation;
  std::string q;  ///< Stands somewhere in username, resource, reason or details, in any case.

  /// What was asked for, as the log keeps it of an export.
  Json told() const;
};

/// A row's place in the log, which is ordered by time and then number.
struct LogPosition {
  std::string at;  ///< RFC 3339, UTC, microseconds
  long long id = 0;
};

LogFilter filter_of(const Request& request);

/// How an action is spelled in the log: "remove-load" is "remove_load".
std::string action_name(std::string_view text);

/// A position as one word for the next request to bring back, and read again; clients take it as it is.
std::string cursor_of(const LogPosition& position);
std::optional<LogPosition> position_of(std::string_view cursor);  ///< Nothing for an empty one.

}  // namespace podload::audit
