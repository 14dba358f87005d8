// The table cluster.clusters. The one home of this plugin's SQL; no state; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

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
  int kubeconfig_version = 1;
};

class ClusterStore {
 public:
  /// Those that are not deleted, by name.
  std::vector<ClusterRow> all(Transaction& tx) const;
  /// The sealed kubeconfig; nothing where the cluster is deleted or unknown.
  std::optional<std::string> kubeconfig(Transaction& tx, const std::string& id) const;

  /// Throws Error{"cluster_exists"}, Error{"demo_only"} or Error{"not_demo"}.
  void add(Transaction& tx, const ClusterRow& row, const std::string& sealed_kubeconfig, const std::string& by) const;
  /// Marks it as deleted and wipes its kubeconfig; false where there was no such cluster.
  bool remove(Transaction& tx, const std::string& id, const std::string& by) const;
};

}  // namespace podload::cluster
