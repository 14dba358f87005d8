// What a Pod template asks for, added up and written the way people read them. Free
// functions; any thread.
#pragma once

#include <string>

#include "podload/json_view.hpp"

namespace podload::pod_load {

/// "cpu: 100m/200m, mem: 128Mi/256Mi": requests/limits of a Pod template's containers together,
/// "-" for what no container says.
std::string resources_of(JsonView pod_template);

}  // namespace podload::pod_load
