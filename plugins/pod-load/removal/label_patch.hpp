// The PATCHes that change a Pod: its label, the settler's fence, and what puts podload's marks back. Any thread.
#pragma once

#include <string>

#include "kube/pod.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/kube_client.hpp"
#include "record/pod_operation.hpp"

namespace podload::pod_load {

/// What is changed: the Pod as it was read, and the label by which its controller learns that it is out.
struct PatchTarget {
  Pod pod;
  std::string unavailable_label;  ///< Of a removal, its workload type's; of a restore, the Pod's own. Empty without one.
};

/// Sets the load label and, if the Pod's workload type has one, its controller's unavailable label, with podload's
/// annotations. A merge-patch with the Pod's uid and resourceVersion as preconditions: it copes with a missing
/// annotations map; an empty resourceVersion would check nothing.
KubeRequest label_patch(const PodOperation& operation, const PatchTarget& target, const LoadLabel& label, bool dry_run);

/// A patch that changes nothing but an annotation, so that a late PATCH meets another version (409).
KubeRequest fence_patch(const PodOperation& operation, const Pod& pod, bool put_up);

/// After a label_patch that was stored without the label: puts podload's annotations and the unavailable label back as
/// they were in `before`. `stored` is the Pod as the API server has it now.
KubeRequest undo_patch(const PodOperation& operation, const Pod& stored, const PatchTarget& before);

/// What a Pod shows of an operation's PATCH.
enum class Shown {
  landed,  ///< The label is as asked.
  kept,    ///< The PATCH was stored, and the label is not as asked: admission or another writer set it.
  nothing  ///< Nothing of it.
};
Shown shown(const PodOperation& operation, const Pod& pod, const LoadLabel& label);

}  // namespace podload::pod_load
