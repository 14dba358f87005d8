#include "prover.hpp"

#include <algorithm>
#include <optional>

#include "facts_reader.hpp"
#include "failpoint.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

using namespace std::chrono_literals;

constexpr int kThreads = 4;
constexpr auto kAgain = 500ms;     // between tries to settle while the cluster or the database does not answer
constexpr auto kGiveUp = 35s;      // then the lease is nearly over, and the settler of any daemon takes it

}  // namespace

class Prover::Case {
 public:
  Case(Plan plan_, std::string name_space_, std::string uid_)
      : plan(std::move(plan_)), name_space(std::move(name_space_)), uid(std::move(uid_)), proof(uid, plan.goal, plan.services, plan.known_gone) {}

  struct Line {
    std::string text;  ///< Empty: the watch ended.
    SteadyTime seen;
  };

  const Plan plan;
  const std::string name_space, uid;

  // Under the prover's mutex.
  std::deque<Line> inbox;
  bool queued = false, busy = false, followed = false, done = false;
  SteadyTime began{}, deadline{};
  SteadyTime next{};  ///< When to look again though nothing was seen.
  OnSettled on_settled;

  // Only the thread that set `busy` touches these, and whoever owns the case before follow().
  std::unique_ptr<KubeWatch> watch;
  Proof proof;
  PodOperation operation;
};

Prover::Prover(Journal& journal, const Clock& clock, Log& log, std::chrono::milliseconds deadline)
    : journal_(journal), clock_(clock), log_(log), deadline_(deadline) {
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { work(); });
}

Prover::~Prover() { stop(); }

std::shared_ptr<Prover::Case> Prover::begin(Plan plan, const std::string& name_space, const std::string& uid) {
  auto watched = std::make_shared<Case>(std::move(plan), name_space, uid);
  if (watched->plan.services.empty()) return watched;
  watched->proof.reset(watched->plan.slices, clock_.steady());
  start_watch(watched, watched->plan.version);
  return watched;
}

void Prover::start_watch(const std::shared_ptr<Case>& watched, const std::string& version) {
  const std::string query = "?labelSelector=" + url_part(of_services(watched->plan.services)) + "&allowWatchBookmarks=true&resourceVersion=" + url_part(version);
  const std::weak_ptr<Case> weak = watched;
  const auto note = [this, weak](std::string line) {
    const auto alive = weak.lock();
    if (!alive) return;
    {
      const std::lock_guard lock(mutex_);
      alive->inbox.push_back({std::move(line), clock_.steady()});
    }
    wake(alive);
  };
  watched->watch = watched->plan.kube->watch(
      slices_path(*watched->plan.kube, watched->name_space) + query, [note](std::string_view line) { note(std::string(line)); },
      [note](const std::string&) { note(""); });
}

void Prover::sending(Case& watched) { watched.proof.sent(clock_.steady()); }

void Prover::follow(const std::shared_ptr<Case>& watched, PodOperation operation, OnSettled on_settled) {
  bool too_late = false;
  {
    const std::lock_guard lock(mutex_);
    too_late = stopping_;
    if (!too_late) {
      watched->operation = std::move(operation);
      watched->on_settled = std::move(on_settled);
      watched->began = clock_.steady();
      watched->next = watched->deadline = watched->began + deadline_;
      watched->followed = true;
      followed_.push_back(watched);
    }
  }
  if (too_late) {
    journal_.release(operation);
    if (on_settled) on_settled(operation);
    return;
  }
  wake(watched);
}

void Prover::wake(const std::shared_ptr<Case>& watched) {
  {
    const std::lock_guard lock(mutex_);
    if (!watched->followed || watched->done || watched->queued || watched->busy) return;
    watched->queued = true;
    ready_.push_back(watched);
  }
  changed_.notify_one();
}

void Prover::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const SteadyTime now = clock_.steady();
    std::shared_ptr<Case> watched;
    if (!ready_.empty()) {
      watched = ready_.front();
      ready_.pop_front();
      watched->queued = false;
    } else {
      SteadyTime earliest = SteadyTime::max();
      for (const auto& candidate : followed_) {
        if (candidate->busy || candidate->done) continue;
        if (candidate->next <= now) watched = candidate;
        earliest = std::min(earliest, candidate->next);
      }
      if (!watched) {
        if (earliest == SteadyTime::max())
          changed_.wait(lock);
        else
          changed_.wait_for(lock, earliest - now);
        continue;
      }
    }
    if (watched->busy || watched->done) continue;
    watched->busy = true;
    lock.unlock();
    take_in(*watched);
    const bool due = watched->proof.complete() || clock_.steady() >= watched->deadline;
    const bool finished = due && finish(*watched);
    std::unique_ptr<KubeWatch> ended = finished ? std::move(watched->watch) : nullptr;
    ended.reset();  // outside the lock: it waits for a callback that may want it
    OnSettled on_settled = finished ? std::move(watched->on_settled) : nullptr;
    if (on_settled) on_settled(watched->operation);
    lock.lock();
    watched->busy = false;
    watched->done = finished;
    if (due && !finished) watched->next = clock_.steady() + kAgain;
    if (finished) {
      followed_.remove(watched);
    } else if (!watched->inbox.empty()) {
      watched->queued = true;
      ready_.push_back(watched);
    }
  }
}

void Prover::take_in(Case& watched) {
  std::deque<Case::Line> lines;
  {
    const std::lock_guard lock(mutex_);
    lines.swap(watched.inbox);
  }
  bool broken = false;
  for (const Case::Line& line : lines) {
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
      broken = broken || type == "ERROR";  // too old a version, mostly
    } catch (const Error&) {
      broken = true;
    }
  }
  watched.proof.recheck(clock_.steady());
  if (broken && !watched.proof.complete() && clock_.steady() < watched.deadline) watch_again(watched);
}

void Prover::watch_again(Case& watched) {
  try {
    watched.watch.reset();
    KubeRequest request;
    request.path = slices_path(*watched.plan.kube, watched.name_space) + "?labelSelector=" + url_part(of_services(watched.plan.services));
    request.timeout = std::chrono::milliseconds(2000);
    const SliceList list = read_slices(body_of(watched.plan.kube->send(request), "list endpointslices"));
    watched.proof.reset(list.slices, clock_.steady());
    std::shared_ptr<Case> shared;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& candidate : followed_)
        if (candidate.get() == &watched) shared = candidate;
    }
    if (shared) start_watch(shared, list.version);
  } catch (const Error& error) {  // the deadline then says that it is not verified
    log_.warn("a proof lost its watch", {{"operation", watched.operation.id}, {"what", error.what()}});
  }
}

/// Settles the operation; false where that must be tried again.
bool Prover::finish(Case& watched) {
  PodOperation& operation = watched.operation;
  try {
    for (const std::string& service : watched.plan.services) set_proven(operation.details, service, watched.proof.milliseconds(service));
    failpoint("before_proof");
    const std::string outcome = outcome_of(watched);
    failpoint("after_proof");
    journal_.settle(operation, outcome);
    return true;
  } catch (const std::exception& error) {
    operation.outcome.clear();
    const bool give_up = clock_.steady() >= watched.began + kGiveUp;
    log_.warn("an operation could not be settled yet", {{"operation", operation.id}, {"what", error.what()}, {"given_up", give_up}});
    return give_up;
  }
}

std::string Prover::outcome_of(Case& watched) {
  PodOperation& operation = watched.operation;
  const Plan& plan = watched.plan;
  const bool proven = watched.proof.complete();
  bool pod_ready = true;
  std::string still_routing;
  try {
    KubeRequest pod_request, services_request;
    pod_request.path = pod_path(watched.name_space, operation.pod);
    services_request.path = "/api/v1/namespaces/" + url_part(watched.name_space) + "/services";
    const std::vector<KubeReply> replies = plan.kube->send_all({pod_request, services_request});
    if (replies[0].status == 404) return "replaced";
    const Pod pod = read_pod(JsonDocument(body_of(replies[0], "get pods")).root());
    if (pod.uid != watched.uid) return "replaced";
    pod_ready = pod.ready;
    // Services are read again: one that was edited since may select the Pod as it is now.
    for (const Service& service : read_services(body_of(replies[1], "list services")))
      if (selects(service.selector, pod.labels)) still_routing += (still_routing.empty() ? "" : ", ") + service.name;
  } catch (const Error& error) {
    if (clock_.steady() < watched.deadline) throw;
    operation.details["unverified"] = error.code();
    return "applied_unverified";
  }
  if (!operation.is_removal()) {
    if (!pod_ready) return "restored_not_ready";
    return proven ? "restored" : "applied_unverified";
  }
  if (!proven) return "applied_unverified";
  if (!still_routing.empty()) {
    operation.details["still_routing"] = still_routing;
    return "removed_still_routed";
  }
  return plan.served ? "removed" : "already_not_serving";
}

void Prover::stop() noexcept {
  std::list<std::shared_ptr<Case>> open;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  open.swap(followed_);
  for (const auto& watched : open) {
    watched->watch.reset();
    journal_.release(watched->operation);
    if (watched->on_settled) watched->on_settled(watched->operation);
  }
}

}  // namespace podload
