// Follows every change until its proof, its deadline or the daemon's end, and commits the outcome.
//
// The network thread only notes a line and its time; a few threads of the prover's own do the rest, at most two for
// one cluster, so that a cluster that hangs delays no other. Any thread may call.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/log.hpp"
#include "record/journal.hpp"
#include "record/pod_operation.hpp"
#include "removal/proof.hpp"

namespace podload::pod_load {

class Prover {
 public:
  /// One change that is followed. Made by begin(), owned by the prover and its callers together.
  class Case;
  using OnSettled = std::function<void(const PodOperation&)>;

  struct Plan {
    std::shared_ptr<KubeClient> kube;
    std::string label;          ///< The name of the load label.
    Proof::Goals services;      ///< Awaited; empty: nothing needs to be seen.
    bool known_gone = false;    ///< A restore: the removal before it was proven.
    bool served = false;        ///< A removal: it was in a serving set before.
    bool gained = false;        ///< A restore: a Service that leads to the Pod selects it again.
    bool published = false;     ///< A restore: each such Service publishes Pods that are not ready.
    std::vector<EndpointSlice> slices;  ///< As listed.
    std::string version;        ///< resourceVersion of that list; the watch starts here.
  };

  Prover(Journal& journal, const Clock& clock, Log& log, std::chrono::milliseconds deadline);
  ~Prover();

  /// Watches the awaited Services' slices, from before the PATCH.
  std::shared_ptr<Case> begin(Plan plan, const std::string& name_space, const std::string& uid);
  /// The PATCH is about to be sent: the time from which milliseconds count.
  void sending(Case& watched);
  /// The PATCH was acknowledged: the prover now settles the operation, and calls `on_settled` (if
  /// any) once, on a thread of its own, with it, settled or, where the daemon stops, not.
  void follow(const std::shared_ptr<Case>& watched, PodOperation operation, OnSettled on_settled);

  /// Gives back every lease and answers every callback.
  void stop() noexcept;

 private:
  void work();
  std::shared_ptr<Case> next_case(std::unique_lock<std::mutex>& lock);
  bool may_begin(const Case& watched) const;
  void give_back(Case& watched) noexcept;
  bool turn(const std::shared_ptr<Case>& watched);
  void take_in(Case& watched);
  void list_again(const std::shared_ptr<Case>& watched);
  bool finish(Case& watched);
  Outcome outcome_of(Case& watched, Json& details);
  void wake(const std::shared_ptr<Case>& watched);
  void start_watch(const std::shared_ptr<Case>& watched, const std::string& version);

  Journal& journal_;
  const Clock& clock_;
  Log& log_;
  const std::chrono::milliseconds deadline_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<std::shared_ptr<Case>> followed_;
  std::map<std::string, int> busy_;  ///< Threads at work, by cluster.
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace podload::pod_load
