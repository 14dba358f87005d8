// What of an object is shown as YAML. Pure function; any thread.
#pragma once

#include "podload/json.hpp"

namespace podload::objects {

/// The object without metadata.managedFields and the last-applied-configuration annotation. Where
/// `with_values` is false, the values of environment variables are left out, wherever containers
/// stand; `hidden` then says whether there were any.
Json shown_object(Json object, bool with_values, bool& hidden);

}  // namespace podload::objects
