// The Pods that a Service is counted by, as few of them read live as show that enough are left
// (daemon/docs/adr/0015). For one thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "facts.hpp"
#include "kube/round.hpp"
#include "podload/cluster_directory.hpp"

namespace podload {

class CountedPods {
 public:
  /// Fills facts.pods, and needs what else is in `facts` of the Pod, its Services and, after the first
  /// round, their slices. `value` is what the Pod's label would become. All outlive the rounds.
  CountedPods(std::string name_space, const Cluster& cluster, std::string value, Facts& facts);

  /// Asks for what is missing in `round`; nothing where the Pods suffice.
  void ask(Round& round);

 private:
  enum class Have { nothing, memory, witnesses, enough };

  void ask_all(Round& round, bool live);
  void ask_witnesses(Round& round);
  bool witnesses_suffice();

  const std::string name_space_;
  const Cluster& cluster_;
  const std::string value_;
  Facts& facts_;
  Have have_ = Have::nothing;
  std::set<std::string> seen_;      ///< Uids, as a Pod can be in several lists.
  std::set<std::string> names_;     ///< The witnesses,
  std::vector<Pod> witnesses_;      ///< and those of them that there are.
};

}  // namespace podload
