// The format of times in this plugin's rows. Any thread.
#pragma once

#include <string>

namespace podload::audit {

/// A SQL expression that formats a timestamptz as RFC 3339 in UTC with microseconds. Digests depend on it, so it must
/// never change.
inline std::string utc(const std::string& expression) {
  return "to_char(" + expression + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
}

}  // namespace podload::audit
