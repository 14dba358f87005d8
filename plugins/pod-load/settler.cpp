#include "settler.hpp"

#include "label_patch.hpp"
#include "operation_runner.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

constexpr int kAtOnce = 20;
constexpr int kTries = 5;

/// The Pod as it is now; nothing where there is none of that name.
std::optional<Pod> live_pod(KubeClient& kube, const PodOperation& operation) {
  KubeRequest request;
  request.path = pod_path(operation.name_space, operation.pod);
  const KubeReply reply = kube.send(request);
  if (reply.status == 404) return std::nullopt;
  return read_pod(JsonDocument(body_of(reply, "get pods")).root());
}

/// Moves the Pod's version, so that a PATCH of a daemon that only slept gets 409 from now on.
/// Returns the Pod as it was when the fence stood; nothing where it is gone.
std::optional<Pod> fence(KubeClient& kube, const PodOperation& operation, const LoadLabel& label) {
  for (int tries = 0; tries < kTries; ++tries) {
    const auto pod = live_pod(kube, operation);
    if (!pod || landed(operation, *pod, label)) return pod;
    const KubeReply reply = kube.send(fence_patch(operation, *pod, true));
    const PatchAnswer answer = read_answer(reply);
    if (answer.result == PatchResult::replaced || answer.result == PatchResult::conflict) continue;
    if (answer.result == PatchResult::refused) throw Error("patch_refused", {{"message", answer.message}});
    const Pod fenced = read_pod(JsonDocument(reply.body).root());
    kube.send(fence_patch(operation, fenced, false));  // tidies up; the version has moved all the same
    return fenced;
  }
  throw Error("pod_busy", {{"pod", operation.pod}, {"tries", kTries}});
}

}  // namespace

void Settler::run() {
  for (PodOperation& operation : journal_.claim_expired(kAtOnce)) {
    const std::string id = operation.id;
    try {
      log_.info("settling an operation that was left open", {{"operation", id}, {"pod", operation.name_space + "/" + operation.pod}});
      settle(std::move(operation));
    } catch (const Error& error) {  // the lease ends again, and the next turn tries again
      log_.warn("an operation cannot be settled yet", {{"operation", id}, {"what", error.what()}});
    }
  }
}

void Settler::settle(PodOperation operation) {
  operation.details["settled_after_interruption"] = true;
  const auto cluster = clusters_.find_id(operation.cluster_id);
  if (!cluster) {
    operation.details["refusal"] = {{"code", "cluster_forgotten"}, {"args", {{"cluster", operation.cluster}}}};
    journal_.settle(operation, operation.applied ? "applied_unverified" : "not_applied");
    return;
  }
  const auto kube = clusters_.client(*cluster);
  const auto pod = operation.applied ? live_pod(*kube, operation) : fence(*kube, operation, cluster->label);
  const bool other = pod && !operation.uid.empty() && pod->uid != operation.uid;
  if (operation.applied && (!pod || other)) {
    journal_.settle(operation, "replaced");
    return;
  }
  if (!pod || other || !landed(operation, *pod, cluster->label)) {
    // Applied, but the label says otherwise by now: someone changed it outside.
    journal_.settle(operation, operation.applied ? "applied_unverified" : "not_applied");
    return;
  }
  prove(std::move(operation), *pod, *cluster, kube);
}

void Settler::prove(PodOperation operation, const Pod& pod, const Cluster& cluster, const std::shared_ptr<KubeClient>& kube) {
  operation.uid = pod.uid;
  operation.applied = true;
  operation.new_value = pod.label(cluster.label.name);
  if (operation.is_removal() && !operation.previous_value) operation.previous_value = pod.previous_value;
  // The same reads and the same judgement, with the label put back as it was before.
  const std::string before = operation.previous_value.value_or(operation.is_removal() ? cluster.label.online : cluster.label.done);
  Facts facts = reader_.read(*kube, cluster, operation.name_space, operation.pod, before, {});
  facts.pod.labels[cluster.label.name] = before;
  for (Pod& counted : facts.pods)
    if (counted.uid == pod.uid) counted.labels = facts.pod.labels;
  const Verdict verdict = operation.is_removal() ? judge_removal(facts, cluster) : judge_restore(facts, cluster, operation.new_value);
  if (!operation.details.contains("services")) operation.details.update(details_of(verdict));
  operation.details["refusals"] = Json::array();
  Prover::Plan plan = plan_of(operation, verdict, std::move(facts), kube);
  if (!operation.is_removal()) {
    plan.goal = pod.ready ? Proof::Goal::serving : Proof::Goal::listed;
    // It may be back already, and nobody watched it come; that it was gone stands in the record.
    const auto removals = journal_.last_removals(cluster.id, {pod.uid});
    const auto last = removals.find(pod.uid);
    plan.known_gone = last != removals.end() && (last->second.outcome == "removed" || last->second.outcome == "already_not_serving");
  } else if (plan.services.empty()) {
    plan.served = true;  // nothing lists it any more: it left the slices before anyone looked
  }
  const auto watched = prover_.begin(std::move(plan), operation.name_space, operation.uid);
  prover_.sending(*watched);
  prover_.follow(watched, std::move(operation), {});
}

}  // namespace podload
