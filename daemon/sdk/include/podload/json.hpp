// JSON values, and the two calls that most code needs of them.
//
// Json is nlohmann::json everywhere. Parsing and printing go through the functions below, so that
// bad input becomes an Error in one place and bytes that are not UTF-8 never throw while a reply is
// written. Free functions; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace podload {

using Json = nlohmann::json;

/// Parses one JSON text. Throws Error{"not_json"}; also for more than 64 nested levels.
Json parse_json(std::string_view text);

/// Prints without spaces. Bytes that are not UTF-8 come out as U+FFFD.
std::string print_json(const Json& value);

/// The string member `name` of `object`, or `otherwise` where it is missing or no string.
std::string text_member(const Json& object, std::string_view name, std::string_view otherwise = {});

}  // namespace podload
