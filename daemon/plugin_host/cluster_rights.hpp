// The rows under `cluster_rights` of a plugin.yaml: the requests that the plugin sends to a cluster's API server, in
// RBAC's terms. The plugin `cluster` reads the checked rows of all plugins through Host::declared. Pure function; any
// thread.
#pragma once

#include <string>

#include "podload/json.hpp"

namespace podload {

/// Checks the rows of one plugin. Throws Error{"bad_manifest"} for the first wrong row; the text has the row's number
/// and its resource.
void check_cluster_rights(const Json& rows, const std::string& plugin);

}  // namespace podload
