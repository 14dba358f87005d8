// What api.yaml says about the members that a page shows or asks for: their types, choices, and whether they may be
// missing. Pure functions; any thread.
#pragma once

#include <string>

#include "http/contract.hpp"
#include "podload/json.hpp"

namespace podload {

/// A member of the rows that a list replies: {"type": "text" | "number" | "boolean" | "time"}; "text" if the schema does
/// not say.
Json column_type(const Json& api, const Operation& list, const std::string& member);

/// A member of the body, or a path parameter, of a change: {"type", "required", "choices"?}; a text that is required if
/// the schema does not say.
Json field_type(const Json& api, const Operation& change, const std::string& member);

}  // namespace podload
