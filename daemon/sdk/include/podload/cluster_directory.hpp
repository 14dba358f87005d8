// The registered clusters. Offered by the cluster plugin. Any thread; results may be up to a second old. Throws
// DatabaseUnavailable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "podload/kube_client.hpp"
#include "podload/kube_mirror.hpp"

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

  /// Keeps `mirror` in step with all objects under a path of the API server, until the feed is destroyed. `path` is that
  /// of a kind in all namespaces (KubeKind::path, KubeResource::path), `what` names the reads in errors ("list pods").
  /// The plugin declares the verbs list and watch under `cluster_rights`. A feed uses the kubeconfig that the cluster has
  /// now: begin another one when client() returns another client. Throws what client() throws.
  virtual std::unique_ptr<KubeFeed> follow(const Cluster& cluster, const std::string& path, const std::string& what,
                                           std::shared_ptr<KubeMirror> mirror) = 0;
};

}  // namespace podload
