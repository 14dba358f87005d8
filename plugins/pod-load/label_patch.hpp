// The one PATCH that changes a Pod's label, and what its answer means. Any thread.
#pragma once

#include <string>

#include "kube/pod.hpp"
#include "pod_operation.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/kube_client.hpp"

namespace podload {

/// How the API server took it.
enum class PatchResult {
  applied,
  conflict,  ///< 409: read again, compare the uid.
  replaced,  ///< Another Pod has the name, or none.
  refused    ///< Admission or rights: `message` has the server's own words.
};

struct PatchAnswer {
  PatchResult result = PatchResult::applied;
  std::string message;
  int status = 200;
};

/// The label, and beside it the one by which the owner's controller is told. A merge-patch with the Pod's uid and resourceVersion as preconditions: it
/// copes with a missing annotations map; an empty resourceVersion would check nothing.
KubeRequest label_patch(const PodOperation& operation, const Pod& pod, const LoadLabel& label, bool dry_run);

/// A patch that changes nothing but an annotation, so that a late PATCH meets another version (409).
KubeRequest fence_patch(const PodOperation& operation, const Pod& pod, bool put_up);

/// Throws Error{"kube_error"} for 429 and 5xx.
PatchAnswer read_answer(const KubeReply& reply);

/// Whether the Pod shows that this operation's PATCH landed.
bool landed(const PodOperation& operation, const Pod& pod, const LoadLabel& label);

}  // namespace podload
