// What only warns of a removal: autoscalers, disruption budgets, network policies and the Pod's node; of a restore,
// the Pod's owner and what is above it. Read beside what decides (kube/side_reads.hpp). For one thread.
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

  /// The namespace's lists, for a removal.
  void ask_lists();
  /// The Pod's node, for a removal.
  void ask_node(const Pod& pod);
  /// The Pod's controlling owner, for a restore.
  void ask_owner(const Pod& pod);

  /// What there is half a second after the first was asked for, or before that once all are, and what there is not.
  Warnings removal_warnings(const Pod& pod, const std::vector<Owner>& owners, const LoadLabel& label, const std::string& value);

  /// The same of a restore. Within that time it reads the owners above, while their type is one that names Services.
  struct Restore {
    Owners owners;
    Warnings warnings;
  };
  Restore restore_warnings(const WorkloadTypes& types, const Pod& pod);

 private:
  void ask(const OwnerReference& owner);

  KubeClient& kube_;
  const std::string name_space_;
  SideReads reads_;
  std::vector<std::string> unasked_;  ///< Kinds that the server would not even say where they are.
};

}  // namespace podload::pod_load
