// What of an object is shown as YAML. Pure functions; any thread.
#pragma once

#include <string_view>

#include "podload/json.hpp"

namespace podload::objects {

/// The object without metadata.managedFields and the last-applied-configuration annotation. Where
/// `with_values` is false, the values of environment variables are left out, wherever they stand, and
/// so are annotations that may hold a manifest with such values; `hidden` then says whether there
/// were any.
Json shown_object(Json object, bool with_values, bool& hidden);

/// Whether an annotation's value may be a manifest: JSON, YAML or packed; also what is too long to tell.
bool holds_manifest(std::string_view value);

}  // namespace podload::objects
