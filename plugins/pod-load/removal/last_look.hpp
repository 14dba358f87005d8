// The final read after a label change, which determines the operation's outcome: the Pod, all Services, and the slices
// that Kubernetes' EndpointSlice controller does not manage. Value types and free functions; any thread.
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
  std::optional<Pod> pod;  ///< Empty if there is no Pod of that name.
  std::vector<Service> services;
  std::vector<EndpointSlice> foreign_slices;
};

/// Reads live; blocks. Throws what body_of() and KubeClient::send_all() throw.
LastLook read_last_look(KubeClient& kube, const std::string& name_space, const std::string& pod);

/// What the proof and the verdict say at that time.
struct ProofState {
  bool complete = false;     ///< The slices of every awaited Service have shown the change.
  bool served = false;       ///< Removal: the Pod was serving before.
  bool gained = false;       ///< Restore: a Service with a port that leads to the Pod selects it again.
  bool published = false;    ///< Restore: each such Service publishes Pods that are not ready.
};

/// The operation's outcome. Sets still_routing and label_now in `details`, for its message.
Outcome judge_outcome(const PodOperation& operation, const std::string& label, const LastLook& look, const ProofState& proof, Json& details);

}  // namespace podload::pod_load
