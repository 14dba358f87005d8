// The table cluster.clusters. All SQL of this plugin is here; no state; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kube/identity.hpp"
#include "podload/database.hpp"

namespace podload::cluster {

/// A row without its kubeconfig. Empty optionals mean the configured default.
struct ClusterRow {
  std::string id;
  std::string name;
  std::string display_name;
  std::optional<std::string> label_name, online_value, done_value;
  std::optional<int> minimum;
  bool simulated = false;
  bool any_address = false;
  int kubeconfig_version = 1;  ///< Rises with every change that its client depends on: the kubeconfig, the identity.
  Identity identity;
  std::string created_at, created_by;  ///< RFC 3339, and a username.
};

class ClusterStore {
 public:
  /// Clusters that are not deleted, by name.
  std::vector<ClusterRow> all(Transaction& tx) const;
  /// The sealed kubeconfig; nothing if the cluster is deleted or unknown.
  std::optional<std::string> kubeconfig(Transaction& tx, const std::string& id) const;

  /// Throws Error{"cluster_exists"}, Error{"demo_only"} or Error{"not_demo"}.
  void add(Transaction& tx, const ClusterRow& row, const std::string& sealed_kubeconfig, const std::string& by) const;
  /// Writes all except the name, the id and `simulated`; also the kubeconfig, if given. False if the cluster is deleted
  /// or was changed since `row` was read.
  bool update(Transaction& tx, const ClusterRow& row, const std::optional<std::string>& sealed_kubeconfig) const;
  /// Whether a cluster ever had that name, including deleted ones.
  bool ever_known(Transaction& tx, const std::string& name) const;
  /// Marks it as deleted and wipes its kubeconfig; false if there is no such cluster.
  bool remove(Transaction& tx, const std::string& id, const std::string& by) const;
};

}  // namespace podload::cluster
