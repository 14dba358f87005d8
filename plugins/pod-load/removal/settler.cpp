#include "removal/settler.hpp"

#include "kube/paths.hpp"
#include "podload/error.hpp"
#include "removal/label_patch.hpp"
#include "removal/operation_runner.hpp"
#include "removal/verdict_details.hpp"
#include "removal/write_answer.hpp"

namespace podload::pod_load {
namespace {

constexpr int kThreads = 16, kThreadsPerCluster = 4;
/// Between tries to settle one operation.
constexpr int kAgainSeconds = 5;
/// A fence that takes longer is given up; the operation is then settled after kRequestLivesSeconds.
constexpr std::chrono::seconds kFenceTimeout{12};

/// The current Pod; empty if there is none of that name.
std::optional<Pod> live_pod(KubeClient& kube, const PodOperation& operation) {
  KubeRequest request;
  request.path = pod_path(operation.name_space, operation.pod);
  const KubeReply reply = kube.send(request);
  if (reply.status == 404) return std::nullopt;
  return read_pod(JsonDocument(body_of(reply, "get pods")).root());
}

/// Whether an API server may still be working on the operation's PATCH.
bool may_land(const PodOperation& operation) {
  return operation.sent_seconds < kRequestLivesSeconds + (operation.sent ? 0 : kMaySendSeconds);
}

}  // namespace

Settler::Settler(Journal& journal, Prover& prover, ClusterDirectory& clusters, const FactsReader& reader, Log& log)
    : journal_(journal), prover_(prover), clusters_(clusters), reader_(reader), log_(log) {
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { work(); });
}

Settler::~Settler() { stop(); }

void Settler::run() {
  std::vector<std::string> full;
  int idle = 0;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    idle = kThreads - at_work_;
    for (const auto& [cluster, count] : taken_)
      if (count >= kThreadsPerCluster) full.push_back(cluster);
  }
  if (idle == 0) return;
  std::vector<PodOperation> claimed = journal_.claim_expired(idle, kThreadsPerCluster, full);
  {
    const MutexLock lock(mutex_);
    for (PodOperation& operation : claimed) {
      ++taken_[operation.cluster_id];
      ++at_work_;
      waiting_.push_back(std::move(operation));
    }
  }
  changed_.notify_all();
}

void Settler::work() {
  MutexLock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this]() PODLOAD_REQUIRES(mutex_) { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    PodOperation operation = std::move(waiting_.front());
    waiting_.pop_front();
    const std::string cluster = operation.cluster_id;
    lock.unlock();
    settle_one(std::move(operation));
    lock.lock();
    if (--taken_[cluster] == 0) taken_.erase(cluster);
    --at_work_;
  }
}

void Settler::stop() noexcept {
  {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  const MutexLock lock(mutex_);
  for (const PodOperation& operation : waiting_) journal_.release(operation);
}

void Settler::settle_one(PodOperation operation) noexcept {
  log_.info("settling an operation that was left open", {{"operation", operation.id}, {"pod", operation.name_space + "/" + operation.pod}});
  try {
    settle(operation);
  } catch (...) {  // the edge of this thread: any daemon retries it later
    log_.warn("an operation cannot be settled yet", {{"operation", operation.id}, {"what", caught_text()}});
    if (!operation.outcome) journal_.release(operation, kAgainSeconds);
  }
}

void Settler::settle(PodOperation& operation) {
  operation.details["settled_after_interruption"] = true;
  const auto cluster = clusters_.find_id(operation.cluster_id);
  if (!cluster) {
    operation.details["refusal"] = {{"code", "cluster_forgotten"}, {"args", {{"cluster", operation.cluster}}}};
    journal_.settle(operation, operation.applied || operation.sent ? Outcome::undecided : Outcome::not_applied);
    return;
  }
  const LoadLabel& label = cluster->label;
  const auto kube = clusters_.client(*cluster);
  const auto pod = live_pod(*kube, operation);
  if (!pod || (!operation.uid.empty() && pod->uid != operation.uid)) {
    journal_.settle(operation, operation.applied || operation.sent ? Outcome::replaced : Outcome::not_applied);
    return;
  }
  switch (shown(operation, *pod, label)) {
    case Shown::landed: return prove(std::move(operation), *pod, *cluster, kube);
    case Shown::kept: return settle_kept(operation, *pod, Pod(), *cluster, *kube);
    case Shown::nothing: break;
  }
  if (const auto before = marks_before(operation, *pod, label)) return settle_kept(operation, *pod, *before, *cluster, *kube);
  if (operation.applied) {  // another writer changed it since
    operation.details["label_now"] = pod->label(label.name).value_or("");
    journal_.settle(operation, Outcome::overridden);
    return;
  }
  // There is no sign of the PATCH: settle only once it can no longer be stored.
  if (is_fenced(operation, *pod, label, *kube)) {
    journal_.settle(operation, Outcome::not_applied);
    return;
  }
  log_.info("an operation stays open until its PATCH can no longer be stored", {{"operation", operation.id}, {"sent_seconds", operation.sent_seconds}});
  journal_.release(operation, kAgainSeconds);
}

/// Changes the Pod's resourceVersion, so that a PATCH that is still in flight, or that a suspended daemon sends later,
/// gets 409. If the cluster refuses the fence, the PATCH counts as fenced after kRequestLivesSeconds: no API server works
/// on a request for longer, and a later one would be refused too.
bool Settler::is_fenced(const PodOperation& operation, const Pod& pod, const LoadLabel& label, KubeClient& kube) {
  KubeRequest request = fence_patch(operation, pod, true);
  request.timeout = kFenceTimeout;
  const WriteAnswer answer = send_write(kube, request, label.name);
  if (answer.result != WriteAnswer::Result::stored) {
    if (answer.why) log_.info("a Pod cannot be fenced", {{"operation", operation.id}, {"what", answer.why->what()}});
    const bool is_another_version = answer.result == WriteAnswer::Result::conflict || answer.result == WriteAnswer::Result::not_found;
    return !is_another_version && !may_land(operation);
  }
  request = fence_patch(operation, *answer.pod, false);  // cleans up; the version has changed in any case
  request.timeout = kFenceTimeout;
  send_write(kube, request, label.name);
  return answer.pod->resource_version != pod.resource_version;
}

/// A restore that was stored without the label change has removed podload's annotations: returns them, from the removal's
/// record. Empty if that is not the case.
std::optional<Pod> Settler::marks_before(const PodOperation& operation, const Pod& pod, const LoadLabel& label) {
  if (operation.is_removal() || !operation.sent || !pod.operation.empty() || pod.label(label.name) != label.done) return std::nullopt;
  const auto removals = journal_.last_removals(operation.cluster_id, {pod.uid});
  const auto last = removals.find(pod.uid);
  if (last == removals.end()) return std::nullopt;
  Pod before;
  before.operation = last->second.id;
  before.previous_value = last->second.previous_value.value_or(label.online);
  return before;
}

/// The PATCH was stored, but the label is not as requested: undoes its other changes and settles the operation.
void Settler::settle_kept(PodOperation& operation, const Pod& pod, Pod before, const Cluster& cluster, KubeClient& kube) {
  const LoadLabel& label = cluster.label;
  const std::string value = pod.label(label.name).value_or("");
  std::string unavailable = operation.is_removal() ? pod.unavailable_label : before.unavailable_label;
  send_write(kube, undo_patch(operation, pod, {std::move(before), std::move(unavailable)}), label.name);
  if (operation.applied) {
    operation.details["label_now"] = value;
    journal_.settle(operation, Outcome::overridden);
    return;
  }
  operation.details["refusal"] = {{"code", "label_kept"},
                                  {"args", {{"pod", operation.pod}, {"label", label.name}, {"value", value}, {"asked", operation.new_value.value_or(label.done)}}}};
  journal_.settle(operation, Outcome::failed);
}

void Settler::prove(PodOperation operation, const Pod& pod, const Cluster& cluster, const std::shared_ptr<KubeClient>& kube) {
  operation.uid = pod.uid;
  operation.applied = true;
  operation.new_value = pod.label(cluster.label.name);
  if (operation.is_removal() && !operation.previous_value) operation.previous_value = pod.previous_value;
  // The same reads and the same judgement as before the PATCH, with the label's previous value.
  const std::string before = operation.previous_value.value_or(operation.is_removal() ? cluster.label.online : cluster.label.done);
  Facts facts = operation.is_removal() ? reader_.read_for_removal(*kube, cluster, operation.name_space, operation.pod, before, {})
                                       : reader_.read_for_restore(*kube, cluster, operation.name_space, operation.pod, before);
  facts.pod.labels[cluster.label.name] = before;
  for (Pod& counted : facts.pods)
    if (counted.uid == pod.uid) counted.labels = facts.pod.labels;
  const Verdict verdict = operation.is_removal() ? judge_removal(facts, cluster) : judge_restore(facts, cluster, operation.new_value);
  if (!operation.details.contains("services")) operation.details.update(details_of(verdict));
  operation.details["refusals"] = Json::array();
  Prover::Plan plan = plan_of(operation, verdict, std::move(facts), cluster.label, kube);
  if (!operation.is_removal()) {
    // The slices may list it already, unobserved; the removal's record says whether it was gone.
    const auto removals = journal_.last_removals(cluster.id, {pod.uid});
    const auto last = removals.find(pod.uid);
    plan.known_gone = last != removals.end() && (last->second.outcome == Outcome::removed || last->second.outcome == Outcome::already_not_serving);
  } else if (plan.services.empty()) {
    plan.served = true;  // no slice lists it any more: it left them unobserved
  }
  const auto watched = prover_.begin(std::move(plan), operation.name_space, operation.uid);
  prover_.sending(*watched);
  prover_.follow(watched, std::move(operation), {});
}

}  // namespace podload::pod_load
