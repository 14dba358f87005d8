// The registered clusters. Offered by the cluster plugin. Any thread; results may be up to a second old. Throws
// DatabaseUnavailable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podload/kube_client.hpp"

namespace podload {

/// The label that Services select by, and its two values.
struct LoadLabel {
  std::string name = "load";
  std::string online = "online";
  std::string done = "done";
};

/// A registered API server, without its credentials.
struct Cluster {
  std::string id;  ///< A UUID, used by grants and log rows.
  std::string name;
  std::string display_name;
  LoadLabel label;
  int minimum = 1;  ///< Pods that must keep serving per Service, unless the Service's annotation says otherwise.
  bool simulated = false;
};

class ClusterDirectory {
 public:
  static constexpr const char* kInterface = "ClusterDirectory";
  virtual ~ClusterDirectory() = default;

  virtual std::optional<Cluster> find(std::string_view name) = 0;
  virtual std::optional<Cluster> find_id(std::string_view id) = 0;
  virtual std::vector<Cluster> all() = 0;

  /// The cluster's client. Throws Error{"cluster_unusable"} if its kubeconfig cannot be decrypted (a wrong key, a
  /// damaged row); other clusters are not affected.
  virtual std::shared_ptr<KubeClient> client(const Cluster& cluster) = 0;
};

}  // namespace podload
