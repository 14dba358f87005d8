// Kubernetes quantities ("100m", "128Mi"), added up and written the way people read them. Free
// functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kube/json_view.hpp"

namespace podload {

/// A quantity in thousandths of its unit; nothing for what is none.
std::optional<long double> parse_quantity(std::string_view text);

/// "cpu: 100m/200m, mem: 128Mi/256Mi": requests/limits of a Pod template's containers together,
/// "-" for what no container says.
std::string resources_of(JsonView pod_template);

}  // namespace podload
