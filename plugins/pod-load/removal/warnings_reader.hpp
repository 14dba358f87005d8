// Reads the facts for warnings, in parallel with the reads that decide (kube/side_reads.hpp). For a removal: autoscalers,
// disruption budgets, network policies and the Pod's node; for a restore: the Pod's owner and its owners. Owned by its
// caller; not thread-safe. Failed reads become Warnings and do not throw.
#pragma once

#include <string>
#include <vector>

#include "kube/side_reads.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/kube_client.hpp"
#include "podload/workload_types.hpp"
#include "removal/facts.hpp"

namespace podload::pod_load {

class WarningsReader {
 public:
  WarningsReader(KubeClient& kube, std::string name_space) : kube_(kube), name_space_(std::move(name_space)) {}

  /// For a removal: requests the namespace's lists.
  void request_lists();
  /// For a removal: requests the Pod's node, unless it was requested already.
  void request_node(const Pod& pod);
  /// For a restore: requests the Pod's controlling owner.
  void request_owner(const Pod& pod);

  /// Waits for the replies until half a second after the first request, and evaluates them.
  Warnings removal_warnings(const Pod& pod, const std::vector<Owner>& owners, const LoadLabel& label, const std::string& value);

  /// The same for a restore. Within that time it also reads the owners above, as long as their types name Services.
  struct Restore {
    Owners owners;
    Warnings warnings;
  };
  Restore restore_warnings(const WorkloadTypes& types, const Pod& pod);

 private:
  void request(const OwnerReference& owner);

  KubeClient& kube_;
  const std::string name_space_;
  SideReads reads_;
  std::string node_path_;  ///< Also the name of its read.
  std::vector<std::string> undiscovered_;  ///< Kinds and owners that were not requested because discovery failed.
};

}  // namespace podload::pod_load
