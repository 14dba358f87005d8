// Settles operations that a daemon left open because it ended, was suspended or could not reach the cluster. Any live
// daemon does so once the lease has expired.
//
// Owned by the plugin; any thread. run() is called by a job and does not wait for a cluster: the settler's own threads
// settle the operations, at most four per cluster, so that a cluster that hangs delays no other. run() throws
// Error{"database_unavailable"}.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/log.hpp"
#include "podload/mutex.hpp"
#include "record/journal.hpp"
#include "removal/facts_reader.hpp"
#include "removal/prover.hpp"

namespace podload::pod_load {

class Settler {
 public:
  Settler(Journal& journal, Prover& prover, ClusterDirectory& clusters, const FactsReader& reader, Log& log);
  ~Settler();

  /// Claims open operations, as many as there are idle threads.
  void run();

  /// Stops the threads and releases the operations that they have not started.
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
  Mutex mutex_;
  Condition changed_;
  std::deque<PodOperation> waiting_ PODLOAD_GUARDED_BY(mutex_);   ///< Claimed and not started; at most one per idle thread.
  std::map<std::string, int> taken_ PODLOAD_GUARDED_BY(mutex_);   ///< Claimed and not finished, per cluster.
  int at_work_ PODLOAD_GUARDED_BY(mutex_) = 0;                    ///< Claimed and not finished, in total.
  bool stopping_ PODLOAD_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace podload::pod_load
