// JSON values, and the two calls that most code needs of them.
//
// Json is nlohmann::json everywhere. Parsing and printing go through the functions below, so that
// bad input becomes an Error in one place and bytes that are not UTF-8 never throw while a reply is
// written. Free functions; any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace podload {

using Json = nlohmann::json;

/// What one JSON text may have. Time and memory grow linearly with the text, whatever it holds.
struct JsonLimits {
  std::size_t levels = 64;                                          ///< Of nesting.
  std::size_t values = std::numeric_limits<std::size_t>::max();  ///< Objects, arrays, texts, numbers, ... in all.
  bool repeated_members = true;  ///< Taken, the last one counts; false: refused.
};

/// Parses one JSON text. Throws Error{"not_json"}, also for more levels than `limits` has;
/// Error{"json_too_large"} for more values; Error{"repeated_member"} naming it.
Json parse_json(std::string_view text, const JsonLimits& limits = {});

/// Prints without spaces. Bytes that are not UTF-8 come out as U+FFFD.
std::string print_json(const Json& value);

/// The string member `name` of `object`, or `otherwise` where it is missing or no string.
std::string text_member(const Json& object, std::string_view name, std::string_view otherwise = {});

}  // namespace podload
