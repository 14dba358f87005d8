// JSON values, and the calls that most code needs for them.
//
// Json is nlohmann::json everywhere. Parse and print with the functions below: invalid input then becomes an Error in
// one place, and bytes that are not UTF-8 never throw while a reply is written. Free functions; any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace podload {

using Json = nlohmann::json;

/// Limits for one JSON text. Time and memory grow linearly with the text, whatever it contains.
struct JsonLimits {
  std::size_t levels = 64;                                          ///< Nesting depth.
  std::size_t values = std::numeric_limits<std::size_t>::max();  ///< Objects, arrays, strings, numbers, ... in all.
  bool repeated_members = true;  ///< True: allowed, the last one counts. False: refused.
};

/// Parses one JSON text. Throws Error{"not_json"}, also for too many levels; Error{"json_too_large"} for too many
/// values; Error{"repeated_member"}, which names the member.
Json parse_json(std::string_view text, const JsonLimits& limits = {});

/// Prints without spaces. Bytes that are not UTF-8 become U+FFFD.
std::string print_json(const Json& value);

/// The string member `name` of `object`, or `otherwise` if it is missing or not a string.
std::string text_member(const Json& object, std::string_view name, std::string_view otherwise = {});

}  // namespace podload
