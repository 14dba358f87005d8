// The parts of an object that are shown as YAML. Pure functions; any thread.
#pragma once

#include <string_view>

#include "podload/json.hpp"

namespace podload::objects {

/// The object without metadata.managedFields and the last-applied-configuration annotation. If `with_values` is false,
/// it also omits the values of environment variables, at any place, and annotations that may contain a manifest with
/// such values; `hidden` then says whether there were any.
Json shown_object(Json object, bool with_values, bool& hidden);

/// Whether an annotation's value may be a manifest: JSON, YAML or compressed, or too long to decide.
bool holds_manifest(std::string_view value);

}  // namespace podload::objects
