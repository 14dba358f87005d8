// The table cluster.clusters. The one home of this plugin's SQL; no state; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "identity.hpp"
#include "podload/database.hpp"

namespace podload::cluster {

/// A row, without its kubeconfig. Empty optionals stand for "as configured".
struct ClusterRow {
  std::string id;
  std::string name;
  std::string display_name;
  std::optional<std::string> label_name, online_value, done_value;
  std::optional<int> minimum;
  bool simulated = false;
  bool any_address = false;
  int kubeconfig_version = 1;  ///< Rises with what its client depends on: the kubeconfig, the identity.
  Identity identity;
  std::string created_at, created_by;  ///< RFC 3339, and a user's name.
};

class ClusterStore {
 public:
  /// Those that are not deleted, by name.
  std::vector<ClusterRow> all(Transaction& tx) const;
  /// The sealed kubeconfig; nothing where the cluster is deleted or unknown.
  std::optional<std::string> kubeconfig(Transaction& tx, const std::string& id) const;

  /// Throws Error{"cluster_exists"}, Error{"demo_only"} or Error{"not_demo"}.
  void add(Transaction& tx, const ClusterRow& row, const std::string& sealed_kubeconfig, const std::string& by) const;
  /// Writes all but the name, the id and whether it is simulated; the kubeconfig too, where there is
  /// one. False where it is deleted, or was changed since `row` was read.
  bool update(Transaction& tx, const ClusterRow& row, const std::optional<std::string>& sealed_kubeconfig) const;
  /// Whether a cluster ever had that name, deleted ones counted.
  bool ever_known(Transaction& tx, const std::string& name) const;
  /// Marks it as deleted and wipes its kubeconfig; false where there was no such cluster.
  bool remove(Transaction& tx, const std::string& id, const std::string& by) const;
};

}  // namespace podload::cluster
