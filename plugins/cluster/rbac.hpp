// The manifest that a cluster's administrator applies, so that podload gets the rights that it needs and no more. Pure
// functions; any thread.
#pragma once

#include <string>

#include "kube/identity.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/host.hpp"

namespace podload::cluster {

/// YAML with comments: the service account and its token, the least ClusterRole, the rights for impersonation, and the
/// admission policy (Kubernetes 1.26 and later) that restricts `patch pods` to podload's own patches, which RBAC cannot
/// do. For that label and its values.
std::string rbac_manifest(Host& host, const LoadLabel& label, const Identity& identity);

}  // namespace podload::cluster
