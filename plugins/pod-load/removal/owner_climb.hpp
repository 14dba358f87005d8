// From a Pod to its owners, and to theirs, one level per round: each names the next. For one thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "kube/round.hpp"
#include "podload/kube_client.hpp"
#include "podload/workload_types.hpp"
#include "removal/facts.hpp"

namespace podload::pod_load {

class OwnerClimb {
 public:
  /// `kube` and `types` outlive this object.
  OwnerClimb(KubeClient& kube, std::string name_space, const WorkloadTypes& types, const Pod& pod);

  /// Asks for the next owners in `round`; nothing where the top is reached. Using the replies throws what body_of
  /// throws where an owner that decides does not answer.
  void ask(Round& round);

  /// The owners, after the last round.
  Owners take() { return std::move(found_); }

 private:
  void note(const OwnerReference& reference, bool decides, const KubeReply& reply);

  KubeClient& kube_;
  const std::string name_space_;
  const WorkloadTypes& types_;
  Owners found_;
  std::vector<OwnerReference> next_;
  int level_ = 0;
};

/// The keys that an owner's selector looks at, where its type's row says that the selector is.
std::set<std::string> owner_selector_keys(const WorkloadType* type, JsonView object);

}  // namespace podload::pod_load
