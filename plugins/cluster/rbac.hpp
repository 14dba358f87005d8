// The manifest that a cluster's administrator applies, so that podload gets the rights that it needs and no more. Pure
// functions; any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kube/identity.hpp"
#include "kube/rights.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/json.hpp"

namespace podload::cluster {

/// What the manifest depends on.
struct RbacInput {
  std::vector<RightsRow> rights;                ///< Those of the plugins, then those of the workload types.
  std::vector<std::string> unavailable_labels;  ///< The labels that workload types let podload change.
  LoadLabel label;
  Identity identity;
};

/// The input for what the configured plugins and podload.yaml declare: the results of Host::declared("cluster_rights")
/// and Host::declared("workload_types"). Throws Error{"bad_workload_type"}.
RbacInput rbac_input(const std::vector<Json>& rights, const std::vector<Json>& types, LoadLabel label,
                     Identity identity);

/// YAML with comments: the service account and its token, the least ClusterRole with the purpose of each right, the
/// rights for impersonation, and the admission policy (Kubernetes 1.26 and later) that restricts `patch pods` to
/// podload's own patches, which RBAC cannot do. `print` prints an object as YAML.
std::string rbac_manifest(const RbacInput& input, const std::function<std::string(const Json&)>& print);

}  // namespace podload::cluster
