// Parses JSON: every text becomes a value or an Error here. Free function; any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

#include "podload/json.hpp"

namespace podload {

/// Limits for one JSON text. Time and memory grow linearly with the text, whatever it contains.
struct JsonLimits {
  std::size_t levels = 64;                                          ///< Nesting depth.
  std::size_t values = std::numeric_limits<std::size_t>::max();  ///< Objects, arrays, strings, numbers, ... in all.
  bool repeated_members = true;  ///< True: allowed, the last one counts. False: refused.
};

/// Parses one JSON text. Throws NotJson, also for too many levels; Error{"json_too_large"} for too many
/// values; Error{"repeated_member"}, which names the member.
Json parse_json(std::string_view text, const JsonLimits& limits = {});

}  // namespace podload
