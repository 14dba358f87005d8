// How this plugin's rows say a time. Any thread.
#pragma once

#include <string>

namespace podload::auth {

/// An expression for that timestamptz as RFC 3339 in UTC.
inline std::string rfc3339_of(const std::string& expression) {
  return "to_char((" + expression + ") AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
}

}  // namespace podload::auth
