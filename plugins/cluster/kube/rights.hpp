// The rights that podload needs in a cluster: the rows under `cluster_rights` of all configured plugins, which the host
// has checked, and the rights for the workload types. Value types and pure functions; any thread.
#pragma once

#include <string>
#include <vector>

#include "podload/json.hpp"

namespace podload::cluster {

/// In RBAC's terms.
struct Right {
  std::string verb;
  std::string group;     ///< Empty for the core group.
  std::string resource;  ///< "pods", or with a subresource "pods/log"

  bool operator==(const Right&) const = default;
};

/// A row: what one plugin does with one resource.
struct RightsRow {
  std::string plugin;
  std::string group;
  std::string resource;
  std::vector<std::string> verbs;
  bool optional = false;  ///< podload also works without it, with less in its lists and warnings.
  std::string purpose;
};

/// Parses the rows of Host::declared("cluster_rights").
std::vector<RightsRow> rights_rows(const std::vector<Json>& declared);

/// Rows for the kinds of the workload types and the kinds between them and their Pods: get and list. `declared` is that
/// of Host::declared("workload_types"). Throws Error{"bad_workload_type"}.
std::vector<RightsRow> rights_of_types(const std::vector<Json>& declared);

/// The rights of the rows that are not optional, each once.
std::vector<Right> needed_rights(const std::vector<RightsRow>& rows);

/// "pods", "deployments.apps"
std::string resource_name(const std::string& group, const std::string& resource);

}  // namespace podload::cluster
