// Settles what a daemon left open: it ended, slept, or lost its cluster in between. Any live
// daemon does it once the lease is over.
//
// run() comes on a job thread and does not block on a cluster: the settling itself is done by threads of the settler's
// own, at most a few for one cluster, so that one that hangs delays no other.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/log.hpp"
#include "record/journal.hpp"
#include "removal/facts_reader.hpp"
#include "removal/prover.hpp"

namespace podload::pod_load {

class Settler {
 public:
  Settler(Journal& journal, Prover& prover, ClusterDirectory& clusters, const FactsReader& reader, Log& log);
  ~Settler();

  /// Takes what is open, as much as there are threads for it.
  void run();

  /// Ends the threads; what they had under way is given back.
  void stop() noexcept;

 private:
  void work();
  void settle_one(PodOperation operation) noexcept;
  void settle(PodOperation& operation);
  bool is_fenced(const PodOperation& operation, const Pod& pod, const LoadLabel& label, KubeClient& kube);
  std::optional<Pod> marks_before(const PodOperation& operation, const Pod& pod, const LoadLabel& label);
  void settle_kept(PodOperation& operation, const Pod& pod, Pod before, const Cluster& cluster, KubeClient& kube);
  void prove(PodOperation operation, const Pod& pod, const Cluster& cluster, const std::shared_ptr<KubeClient>& kube);

  Journal& journal_;
  Prover& prover_;
  ClusterDirectory& clusters_;
  const FactsReader& reader_;
  Log& log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<PodOperation> waiting_;   ///< Claimed; never more than there are idle threads.
  std::map<std::string, int> taken_;   ///< Claimed and not done, by cluster.
  int at_work_ = 0;                    ///< Claimed and not done, in all.
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace podload::pod_load
