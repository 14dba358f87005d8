// What is probably true of a Pod and of what routes to it, from whoever saw the cluster last. It says what to read in one
// round and decides nothing: it may be wrong, incomplete or missing (daemon/docs/adr/0026). Value types.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "podload/cluster_directory.hpp"
#include "removal/facts.hpp"

namespace podload::pod_load {

struct Expectation {
  /// The Pod (name, uid, labels, node), Services (names, selectors), and of the Services that select the Pod the endpoints
  /// and some Pods that serve (name, uid, labels, ready, ending).
  Traffic traffic;
  std::vector<std::string> owners;  ///< The paths of the Pod's owners, direct and indirect.
};

/// Returns what is expected of a Pod of that cluster and namespace, at once; nothing if it is not known. Any thread; does
/// not throw.
using Expect = std::function<std::optional<Expectation>(const Cluster& cluster, const std::string& name_space,
                                                        const std::string& pod)>;

}  // namespace podload::pod_load
