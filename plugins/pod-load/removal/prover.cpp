#include "removal/prover.hpp"

#include <algorithm>
#include <optional>

#include "kube/paths.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "record/failpoint.hpp"
#include "removal/last_look.hpp"

namespace podload::pod_load {
namespace {

using namespace std::chrono_literals;

constexpr int kThreads = 8, kThreadsPerCluster = 2;
constexpr auto kAgain = 500ms;     // between tries to settle while the cluster or the database is unavailable
constexpr auto kGiveUp = 35s;      // the lease expires soon afterwards, and any daemon's settler claims the operation
// A watch may be delayed (by a buffering proxy) or broken, so the slices are also listed at intervals.
constexpr auto kFirstList = 1500ms, kNextList = 2000ms;
constexpr auto kListTimeout = 2000ms;
// A watch that ends immediately is restarted at growing intervals.
constexpr auto kFirstPause = 500ms, kLongestPause = 4000ms;

std::vector<std::string> names_of(const Proof::Goals& goals) {
  std::vector<std::string> names;
  for (const auto& [service, goal] : goals) names.push_back(service);
  return names;
}

}  // namespace

class Prover::Task {
 public:
  Task(Plan plan_, std::string name_space_, std::string uid_)
      : plan(std::move(plan_)), name_space(std::move(name_space_)), uid(std::move(uid_)), proof(uid, plan.services, plan.known_gone) {}

  struct Line {
    std::string text;  ///< Empty: the watch ended.
    SteadyTime seen;
  };

  const Plan plan;
  const std::string name_space, uid;

  // Guarded by the prover's mutex.
  std::deque<Line> inbox;
  bool busy = false, followed = false;
  SteadyTime began{}, deadline{};
  SteadyTime next{};  ///< When the task is due, even if nothing arrives.
  OnSettled on_settled;

  // Used only by the thread that set `busy`; before follow(), by the caller of begin().
  std::unique_ptr<KubeWatch> watch;
  bool watch_ended = false;
  SteadyTime list_at{}, watch_at{};
  std::chrono::milliseconds pause = kFirstPause;
  Proof proof;
  PodOperation operation;
};

Prover::Prover(Journal& journal, const Clock& clock, Log& log, std::chrono::milliseconds deadline)
    : journal_(journal), clock_(clock), log_(log), deadline_(deadline) {
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { work(); });
}

Prover::~Prover() { stop(); }

std::shared_ptr<Prover::Task> Prover::begin(Plan plan, const std::string& name_space, const std::string& uid) {
  auto watched = std::make_shared<Task>(std::move(plan), name_space, uid);
  if (watched->plan.services.empty()) return watched;
  watched->proof.reset(watched->plan.slices, clock_.steady());
  start_watch(watched, watched->plan.version);
  return watched;
}

void Prover::start_watch(const std::shared_ptr<Task>& watched, const std::string& version) {
  const std::string query = "?labelSelector=" + percent_encode(of_services(names_of(watched->plan.services))) +
                            "&allowWatchBookmarks=true&resourceVersion=" + percent_encode(version);
  const std::weak_ptr<Task> weak = watched;
  const auto note = [this, weak](std::string line) {
    const auto alive = weak.lock();
    if (!alive) return;
    {
      const MutexLock lock(mutex_);
      alive->inbox.push_back({std::move(line), clock_.steady()});
    }
    wake(alive);
  };
  watched->watch_ended = false;
  watched->watch = watched->plan.kube->watch(
      slices_path(*watched->plan.kube, watched->name_space) + query, [note](std::string_view line) { if (!line.empty()) note(std::string(line)); },
      [note](const std::string&) { note(""); });
}

void Prover::sending(Task& watched) { watched.proof.sent(clock_.steady()); }

void Prover::follow(const std::shared_ptr<Task>& watched, PodOperation operation, OnSettled on_settled) {
  bool too_late = false;
  {
    const MutexLock lock(mutex_);
    too_late = stopping_;
    if (!too_late) {
      watched->operation = std::move(operation);
      watched->on_settled = std::move(on_settled);
      watched->began = watched->next = clock_.steady();
      watched->deadline = watched->began + deadline_;
      watched->list_at = watched->began + kFirstList;
      watched->followed = true;
      followed_.push_back(watched);
    }
  }
  if (too_late) {
    journal_.release(operation);
    if (on_settled) on_settled(operation);
    return;
  }
  changed_.notify_one();
}

void Prover::wake(const std::shared_ptr<Task>& watched) {
  {
    const MutexLock lock(mutex_);
    watched->next = clock_.steady();
    if (!watched->followed || watched->busy) return;
  }
  changed_.notify_one();
}

bool Prover::may_begin(const Task& watched) const {
  if (watched.busy) return false;  // another thread may be changing its operation
  const auto at_work = busy_.find(watched.operation.cluster_id);
  return at_work == busy_.end() || at_work->second < kThreadsPerCluster;
}

/// Waits for a task that is due and takes it; null if the prover stops.
std::shared_ptr<Prover::Task> Prover::next_task(MutexLock& lock) {
  while (!stopping_) {
    const SteadyTime now = clock_.steady();
    std::shared_ptr<Task> first;
    for (const auto& candidate : followed_)
      if (may_begin(*candidate) && (!first || candidate->next < first->next)) first = candidate;
    if (!first) {
      changed_.wait(lock);
    } else if (first->next > now) {
      changed_.wait_for(lock, first->next - now);
    } else {
      first->busy = true;
      first->next = SteadyTime::max();
      ++busy_[first->operation.cluster_id];
      return first;
    }
  }
  return nullptr;
}

void Prover::work() {
  MutexLock lock(mutex_);
  while (const std::shared_ptr<Task> watched = next_task(lock)) {
    const std::string cluster = watched->operation.cluster_id;
    lock.unlock();
    bool finished = false;
    try {
      finished = turn(watched);
    } catch (...) {  // the edge of this thread: releases the lease, so that a settler claims the operation
      log_.error("following an operation failed", {{"operation", watched->operation.id}, {"what", caught_text()}});
      hand_over(*watched);
      finished = true;
    }
    lock.lock();
    watched->busy = false;
    if (--busy_[cluster] == 0) busy_.erase(cluster);
    if (finished) followed_.remove(watched);
    changed_.notify_one();  // another task of this cluster may begin
  }
}

/// Leaves the operation to any daemon's settler.
void Prover::hand_over(Task& watched) noexcept {
  watched.watch.reset();
  journal_.release(watched.operation);
  try {
    if (const OnSettled on_settled = std::move(watched.on_settled)) on_settled(watched.operation);
  } catch (...) {
    log_.error("the reply to an operation's caller failed", {{"operation", watched.operation.id}, {"what", caught_text()}});
  }
}

/// Handles a task that is due. True if it is finished.
bool Prover::turn(const std::shared_ptr<Task>& watched) {
  read_inbox(*watched);
  const SteadyTime now = clock_.steady();
  const bool late = now >= watched->deadline;
  if (!watched->proof.complete() && (late || now >= watched->list_at || watched->watch_ended)) list_again(watched);
  if (!watched->proof.complete() && !late) {
    const MutexLock lock(mutex_);
    const SteadyTime due = std::min({watched->deadline, watched->list_at, watched->watch_ended ? watched->watch_at : SteadyTime::max()});
    watched->next = std::min(watched->next, due);
    return false;
  }
  if (!finish(*watched)) {
    const MutexLock lock(mutex_);
    watched->next = clock_.steady() + kAgain;
    return false;
  }
  watched->watch.reset();
  if (const OnSettled on_settled = std::move(watched->on_settled)) on_settled(watched->operation);
  return true;
}

void Prover::read_inbox(Task& watched) {
  std::deque<Task::Line> lines;
  {
    const MutexLock lock(mutex_);
    lines.swap(watched.inbox);
  }
  bool broken = false;
  for (const Task::Line& line : lines) {
    if (line.text.empty()) {
      broken = true;
      continue;
    }
    try {
      const JsonDocument document(line.text);
      const std::string_view type = document.root()["type"].text();
      const JsonView object = document.root()["object"];
      if (type == "ADDED" || type == "MODIFIED") watched.proof.changed(read_slice(object), line.seen);
      if (type == "DELETED") watched.proof.deleted(object["metadata"]["name"].string(), line.seen);
      broken = broken || type == "ERROR";  // usually: the resourceVersion is too old
      if (type != "ERROR") watched.pause = kFirstPause;
    } catch (const Error&) {
      broken = true;
    }
  }
  watched.proof.recheck(clock_.steady());
  if (!broken || watched.watch_ended) return;
  watched.watch.reset();
  watched.watch_ended = true;
  watched.watch_at = clock_.steady() + watched.pause;
  watched.pause = std::min<std::chrono::milliseconds>(watched.pause * 2, kLongestPause);
}

/// Lists the slices, which counts like a watch's events. Restarts an ended watch from that list once its pause is over.
void Prover::list_again(const std::shared_ptr<Task>& watched) {
  const SteadyTime now = clock_.steady();
  if (now < watched->deadline && now < watched->list_at && now < watched->watch_at) return;
  watched->list_at = now + kNextList;
  try {
    KubeRequest request;
    request.path = slices_path(*watched->plan.kube, watched->name_space) + "?labelSelector=" + percent_encode(of_services(names_of(watched->plan.services)));
    request.timeout = kListTimeout;
    const SliceList list = read_slices(body_of(watched->plan.kube->send(request), "list endpointslices"));
    watched->proof.reset(list.slices, clock_.steady());
    if (watched->watch_ended && now >= watched->watch_at && !watched->proof.complete()) start_watch(watched, list.version);
  } catch (const Error& error) {  // retried later; after the deadline the outcome is applied_unverified
    log_.warn("the slices of an operation could not be listed", {{"operation", watched->operation.id}, {"what", error.what()}});
    if (watched->watch_ended) watched->watch_at = std::max(watched->watch_at, watched->list_at);
  }
}

/// Settles the operation, or gives up; false if it must be retried.
bool Prover::finish(Task& watched) {
  PodOperation& operation = watched.operation;
  try {
    PodOperation settled = operation;
    for (const auto& [service, goal] : watched.plan.services) set_proven(settled.details, service, watched.proof.milliseconds(service));
    failpoint("before_proof");
    const Outcome outcome = outcome_of(watched, settled.details);
    failpoint("after_proof");
    journal_.settle(settled, outcome);
    operation = std::move(settled);
    return true;
  } catch (const std::exception& error) {
    const bool give_up = clock_.steady() >= watched.began + kGiveUp;
    log_.warn("an operation could not be settled yet", {{"operation", operation.id}, {"what", error.what()}, {"given_up", give_up}});
    if (give_up) journal_.release(operation);
    return give_up;
  }
}

Outcome Prover::outcome_of(Task& watched, Json& details) {
  const Plan& plan = watched.plan;
  const ProofState proof{watched.proof.complete(), plan.served, plan.gained, plan.published};
  try {
    return judge_outcome(watched.operation, plan.label, read_last_look(*plan.kube, watched.name_space, watched.operation.pod), proof, details);
  } catch (const Error& error) {
    if (clock_.steady() < watched.deadline) throw;
    details["unverified"] = error.code();
    return Outcome::applied_unverified;
  }
}

void Prover::stop() noexcept {
  std::list<std::shared_ptr<Task>> open;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  {
    const MutexLock lock(mutex_);
    open.swap(followed_);
  }
  for (const auto& watched : open) hand_over(*watched);
}

}  // namespace podload::pod_load
