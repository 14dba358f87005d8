// Builds the PATCHes that change a Pod: the label change, the settler's fence, and the undo of podload's annotations.
// Value types and free functions; any thread. Throws KubeError (bad_reply) for a Pod without uid or resourceVersion.
#pragma once

#include <string>

#include "kube/pod.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/kube_client.hpp"
#include "record/pod_operation.hpp"

namespace podload::pod_load {

/// The Pod as it was read, and the label that tells its controller that it is unavailable.
struct PatchTarget {
  Pod pod;
  std::string unavailable_label;  ///< Removal: from the Pod's annotation, else its workload type. Restore: from the annotation. May be empty.
};

/// Sets the load label, the controller's unavailable label if there is one, and podload's annotations; a restore sets the
/// load label back and removes the others. A merge patch (it works without an annotations map) with uid and
/// resourceVersion as preconditions (an empty resourceVersion would check nothing).
KubeRequest label_patch(const PodOperation& operation, const PatchTarget& target, const LoadLabel& label, bool dry_run);

/// Changes only the fence annotation (`put_up`: sets it), so that a PATCH that arrives later gets 409.
KubeRequest fence_patch(const PodOperation& operation, const Pod& pod, bool put_up);

/// Undoes a label_patch that was stored without the new label value: restores podload's annotations and the unavailable
/// label from `before`. `stored` is the Pod's current state.
KubeRequest undo_patch(const PodOperation& operation, const Pod& stored, const PatchTarget& before);

/// What a Pod's state says about an operation's PATCH.
enum class Shown {
  landed,  ///< The PATCH was stored and the label is as requested.
  kept,    ///< The PATCH was stored, but the label is not as requested: admission or another writer changed it.
  nothing  ///< There is no sign of it.
};
Shown shown(const PodOperation& operation, const Pod& pod, const LoadLabel& label);

}  // namespace podload::pod_load
