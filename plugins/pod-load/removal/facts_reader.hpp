// Reads the facts about one Pod from its API server, in batches of parallel requests: in one batch if the Pod is as expected
// (daemon/docs/adr/0026). Reads live, except for Pods that the decision does not depend on (daemon/docs/adr/0015); facts for
// warnings are read in parallel with the rest.
//
// Owned by the plugin; any thread. Blocks for as long as the slowest request of each batch.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "podload/cluster_directory.hpp"
#include "podload/kube_client.hpp"
#include "podload/workload_types.hpp"
#include "removal/expectation.hpp"
#include "removal/facts.hpp"

namespace podload::pod_load {

class FactsReader {
 public:
  /// Without `expect`, nothing is expected.
  explicit FactsReader(const WorkloadTypes& types, Expect expect = {}) : types_(types), expect_(std::move(expect)) {}

  /// `value` is the label's new value: which Pods are read depends on the Services whose match it changes. `pending`
  /// becomes Facts::pending. Throws Error{"pod_not_found"}, and KubeError if podload lacks a permission or the server
  /// fails.
  Facts read_for_removal(KubeClient& kube, const Cluster& cluster, const std::string& name_space, const std::string& pod,
                         const std::string& value, const std::set<std::string>& pending) const;

  /// Reads the Pod, the Services that would select it, and their slices. Throws the same.
  Facts read_for_restore(KubeClient& kube, const Cluster& cluster, const std::string& name_space, const std::string& pod,
                         const std::string& value) const;

 private:
  const WorkloadTypes& types_;
  const Expect expect_;
};

}  // namespace podload::pod_load
