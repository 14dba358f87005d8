// Reads the facts of one Pod from its API server: three rounds of requests, each side by side, and
// one for each owner above the second. Live, but for Pods that no verdict hangs on
// (daemon/docs/adr/0015). Any thread; blocks for as long as the slowest request of each round.
#pragma once

#include <set>
#include <string>

#include "facts.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/kube_client.hpp"
#include "podload/workload_types.hpp"

namespace podload {

class FactsReader {
 public:
  explicit FactsReader(const WorkloadTypes& types) : types_(types) {}

  /// Throws Error{"pod_not_found"}, Error{"kube_forbidden"} where podload may not read what it
  /// needs, Error{"kube_bad_reply"}, and what KubeClient::send throws. `value` is what the label
  /// would become: the Services whose match changes decide which Pods are read. `pending` becomes
  /// Facts::pending.
  Facts read(KubeClient& kube, const Cluster& cluster, const std::string& name_space, const std::string& pod,
             const std::string& value, const std::set<std::string>& pending) const;

 private:
  const WorkloadTypes& types_;
};

/// Paths that the readers share.
std::string pods_path(const std::string& name_space);
std::string pod_path(const std::string& name_space, const std::string& pod);

/// EndpointSlices, and the version that a watch goes on from.
struct SliceList {
  std::vector<EndpointSlice> slices;
  std::string version;
};
/// Throws Error{"cluster_lacks"} where the server has no EndpointSlices.
std::string slices_path(KubeClient& kube, const std::string& name_space);
/// The labelSelector of those Services' slices; of none where there are no names.
std::string of_services(const std::vector<std::string>& names);
SliceList read_slices(const std::string& body);
std::vector<Service> read_services(const std::string& body);

}  // namespace podload
