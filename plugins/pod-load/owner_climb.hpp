// From a Pod to its owner, and to that one's, one a round: each names the next. For one thread.
#pragma once

#include <optional>
#include <string>

#include "facts.hpp"
#include "kube/round.hpp"
#include "podload/kube_client.hpp"
#include "podload/workload_types.hpp"

namespace podload {

class OwnerClimb {
 public:
  /// Fills facts.owners, and what an owner's type says of its Services and of a Pod that is out. All
  /// of them outlive the climb.
  OwnerClimb(KubeClient& kube, std::string name_space, const WorkloadTypes& types, Facts& facts);

  /// Asks for the next owner in `round`; nothing where the top is reached.
  void ask(Round& round);

 private:
  void note(const OwnerReference& reference, const KubeReply& reply);

  KubeClient& kube_;
  const std::string name_space_;
  const WorkloadTypes& types_;
  Facts& facts_;
  std::optional<OwnerReference> next_;
};

}  // namespace podload
