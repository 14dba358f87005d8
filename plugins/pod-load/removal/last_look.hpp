// The last look at a Pod whose label was changed, and what it says became of the operation. Everything that could send
// to the Pod is looked at: its label, the Services, and the slices that others than Kubernetes' own controller fill.
#pragma once

#include <string>
#include <vector>

#include "kube/endpoint_slice.hpp"
#include "kube/pod.hpp"
#include "kube/service.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/kube_client.hpp"
#include "record/pod_operation.hpp"

namespace podload::pod_load {

struct LastLook {
  std::optional<Pod> pod;  ///< Nothing where there is none of that name.
  std::vector<Service> services;
  std::vector<EndpointSlice> foreign_slices;
};

/// Reads it live; blocks. Throws what body_of and KubeClient::send_all throw.
LastLook read_last_look(KubeClient& kube, const std::string& name_space, const std::string& pod);

/// What was proven by then.
struct ProofState {
  bool complete = false;     ///< Every awaited Service's slices have shown the change.
  bool served = false;       ///< A removal: the Pod was in a serving set before.
  bool gained = false;       ///< A restore: a Service that leads to the Pod selects it again.
  bool published = false;    ///< A restore: each such Service publishes Pods that are not ready.
};

/// The operation's outcome. `details` gets what its words need: still_routing, label_now. Pure.
Outcome judge_outcome(const PodOperation& operation, const std::string& label, const LastLook& look, const ProofState& proof, Json& details);

}  // namespace podload::pod_load
