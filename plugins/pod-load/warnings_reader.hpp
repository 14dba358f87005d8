// What only warns of a removal: autoscalers, disruption budgets, network policies and the Pod's node; of a restore,
// the Pod's owner and what is above it. Read beside what decides (kube/side_reads.hpp). For one thread.
#pragma once

#include <string>
#include <vector>

#include "facts.hpp"
#include "kube/side_reads.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/kube_client.hpp"
#include "podload/workload_types.hpp"

namespace podload {

class WarningsReader {
 public:
  WarningsReader(KubeClient& kube, std::string name_space) : kube_(kube), name_space_(std::move(name_space)) {}

  /// The namespace's lists, for a removal.
  void ask_lists();
  /// The node of facts.pod, once it was read.
  void ask_node(const Facts& facts);
  /// The controlling owner of facts.pod, for a restore.
  void ask_owner(const Facts& facts);

  /// Notes what is there half a second after the first was asked for, or before that once all are, and what is not.
  void note_removal(const LoadLabel& label, const std::string& value, Facts& facts);
  /// The same; within that time it reads the owners above, while their type is one that names Services.
  void note_restore(const WorkloadTypes& types, Facts& facts);

 private:
  void ask(const OwnerReference& owner);

  KubeClient& kube_;
  const std::string name_space_;
  SideReads reads_;
  std::vector<std::string> unasked_;  ///< Kinds that the server would not even say where they are.
};

}  // namespace podload
