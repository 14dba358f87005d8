// Follows every label change until it is proven, its deadline passes or the daemon stops, and commits the outcome.
//
// Owned by the plugin; any thread. The network thread only stores each line of a watch with its time. The prover's own
// threads do the rest, at most two per cluster, so that a cluster that hangs delays no other.
#pragma once

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/log.hpp"
#include "podload/mutex.hpp"
#include "record/journal.hpp"
#include "record/pod_operation.hpp"
#include "removal/proof.hpp"

namespace podload::pod_load {

class Prover {
 public:
  /// One label change. Created by begin(), shared by the prover and its caller.
  class Task;
  using OnSettled = std::function<void(const PodOperation&)>;

  struct Plan {
    std::shared_ptr<KubeClient> kube;
    std::string label;          ///< Name of the load label.
    Proof::Goals services;      ///< The awaited Services; empty if no proof is needed.
    bool known_gone = false;    ///< Restore: the removal before it was proven.
    bool served = false;        ///< Removal: the Pod was serving before.
    bool gained = false;        ///< Restore: a Service with a port that leads to the Pod selects it again.
    bool published = false;     ///< Restore: each such Service publishes Pods that are not ready.
    std::vector<EndpointSlice> slices;  ///< As listed.
    std::string version;        ///< resourceVersion of that list; the watch starts here.
  };

  Prover(Journal& journal, const Clock& clock, Log& log, std::chrono::milliseconds deadline);
  ~Prover();

  /// Starts watching the awaited Services' slices; call it before the PATCH. Throws what KubeClient::watch() and its
  /// discovery throw.
  std::shared_ptr<Task> begin(Plan plan, const std::string& name_space, const std::string& uid);
  /// The PATCH is about to be sent: observations and milliseconds count from now on.
  void sending(Task& watched);
  /// The PATCH was acknowledged: the prover settles the operation. It calls `on_settled`, if set, once, on one of its own
  /// threads (or on the thread that calls stop() or follow()); if it gave up or the daemon stops, the operation is not
  /// settled.
  void follow(const std::shared_ptr<Task>& watched, PodOperation operation, OnSettled on_settled);

  /// Stops the threads, releases every lease and calls every callback.
  void stop() noexcept;

 private:
  void work();
  std::shared_ptr<Task> next_task(MutexLock& lock) PODLOAD_REQUIRES(mutex_);
  bool may_begin(const Task& watched) const PODLOAD_REQUIRES(mutex_);
  void hand_over(Task& watched) noexcept;
  bool turn(const std::shared_ptr<Task>& watched);
  void read_inbox(Task& watched);
  void list_again(const std::shared_ptr<Task>& watched);
  bool finish(Task& watched);
  Outcome outcome_of(Task& watched, Json& details);
  void wake(const std::shared_ptr<Task>& watched);
  void start_watch(const std::shared_ptr<Task>& watched, const std::string& version);

  Journal& journal_;
  const Clock& clock_;
  Log& log_;
  const std::chrono::milliseconds deadline_;
  Mutex mutex_;
  Condition changed_;
  std::list<std::shared_ptr<Task>> followed_ PODLOAD_GUARDED_BY(mutex_);
  std::map<std::string, int> busy_ PODLOAD_GUARDED_BY(mutex_);  ///< Running threads per cluster.
  bool stopping_ PODLOAD_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace podload::pod_load
