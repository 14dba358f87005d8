// JSON values, and the calls that most code needs for them.
//
// Json is nlohmann::json everywhere. Parse and print with the functions below: invalid input then becomes an Error in
// one place, and bytes that are not UTF-8 never throw while a reply is written. Free functions; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace podload {

using Json = nlohmann::json;

/// Prints without spaces. Bytes that are not UTF-8 become U+FFFD.
std::string print_json(const Json& value);

/// The string member `name` of `object`, or `otherwise` if it is missing or not a string.
std::string text_member(const Json& object, std::string_view name, std::string_view otherwise = {});

}  // namespace podload
