// What a cluster's administrator applies so that podload may do its job there and no more. Pure
// functions; any thread.
#pragma once

#include <string>

#include "podload/host.hpp"
#include "identity.hpp"
#include "podload/cluster_directory.hpp"

namespace podload::cluster {

/// YAML, with comments: the service account and its token, the least ClusterRole, what speaking in
/// people's names needs besides, and the admission policy (Kubernetes 1.26 and later) that narrows
/// `patch pods` to what podload patches, which RBAC cannot. For that label and those values.
std::string rbac_manifest(Host& host, const LoadLabel& label, const Identity& identity);

}  // namespace podload::cluster
