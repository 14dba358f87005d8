// Reads the facts of one Pod from its API server: rounds of requests, each side by side, and one for each level of
// owners above the second. Live, but for Pods that no verdict hangs on (daemon/docs/adr/0015); what only warns is
// read beside. Any thread; blocks for as long as the slowest request of each round.
#pragma once

#include <set>
#include <string>

#include "podload/cluster_directory.hpp"
#include "podload/kube_client.hpp"
#include "podload/workload_types.hpp"
#include "removal/facts.hpp"

namespace podload::pod_load {

class FactsReader {
 public:
  explicit FactsReader(const WorkloadTypes& types) : types_(types) {}

  /// `value` is what the label would become: the Services whose match changes decide which Pods are read. `pending`
  /// becomes Facts::pending. Throws KubeError: there is no such Pod, podload lacks a right, or the server fails.
  Facts read_for_removal(KubeClient& kube, const Cluster& cluster, const std::string& name_space, const std::string& pod,
                         const std::string& value, const std::set<std::string>& pending) const;

  /// The Pod, the Services that would select it, and their slices. Throws the same.
  Facts read_for_restore(KubeClient& kube, const Cluster& cluster, const std::string& name_space, const std::string& pod,
                         const std::string& value) const;

 private:
  const WorkloadTypes& types_;
};

}  // namespace podload::pod_load
