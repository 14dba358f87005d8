// The rows under `cluster_rights` of a plugin.yaml: the requests that the plugin sends to a cluster's API server, in
// RBAC's terms. The plugin `cluster` reads the checked rows of all plugins through Host::declared. Pure function; any
// thread.
#pragma once

#include <string>

#include "podload/json.hpp"

namespace podload {

class Faults;

/// Checks the rows of one plugin. Throws Error{"bad_manifest"} for the first wrong row, or adds one for each to `faults`;
/// the text has the row's number and its resource.
void check_cluster_rights(const Json& rows, const std::string& plugin, Faults* faults = nullptr);

}  // namespace podload
