// Reads the slices of the Services concerned and the Pods that these Services count. It reads live only as many Pods as
// show that enough are left (daemon/docs/adr/0015). Not thread-safe.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kube/round.hpp"
#include "podload/cluster_directory.hpp"
#include "removal/facts.hpp"

namespace podload::pod_load {

class TrafficReader {
 public:
  /// `traffic` has the Pod, its Services, the slices that others fill and what is pending. `value` is
  /// what the Pod's label would become. `cluster` outlives this object.
  TrafficReader(std::string name_space, const Cluster& cluster, std::string value, Traffic traffic);

  /// Asks in `round` for the Services' own slices the first time, and for the Pods that are still
  /// missing; for nothing where they suffice.
  void ask(Round& round, KubeClient& kube);

  /// The traffic, whole after the last round.
  Traffic take() { return std::move(traffic_); }

 private:
  enum class Have { nothing, memory, witnesses, enough };

  void ask_slices(Round& round, KubeClient& kube);
  void ask_all(Round& round, bool live);
  void ask_witnesses(Round& round);
  bool witnesses_suffice();

  const std::string name_space_;
  const Cluster& cluster_;
  const std::string value_;
  Traffic traffic_;
  Have have_ = Have::nothing;
  std::set<std::string> seen_;      ///< Uids, as a Pod can be in several lists.
  std::set<std::string> names_;     ///< Pods to read live.
  std::vector<Pod> witnesses_;      ///< Those of them that exist.
};

}  // namespace podload::pod_load
