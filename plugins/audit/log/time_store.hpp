// How this plugin's rows say a time. Any thread.
#pragma once

#include <string>

namespace podload::audit {

/// An expression for that timestamptz as RFC 3339 in UTC, with microseconds: digests are made over it,
/// so it never changes.
inline std::string utc(const std::string& expression) {
  return "to_char(" + expression + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
}

}  // namespace podload::audit
