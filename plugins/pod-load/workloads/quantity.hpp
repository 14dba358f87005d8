// Sums of the resource requests and limits of a Pod template, as text. Free functions; any thread.
#pragma once

#include <string>

#include "podload/json_view.hpp"

namespace podload::pod_load {

/// "cpu: 100m/200m, mem: 128Mi/256Mi": the requests/limits of all containers of a Pod template; "-" where no container
/// declares one.
std::string resources_of(JsonView pod_template);

}  // namespace podload::pod_load
