#include "operation_runner.hpp"

#include "failpoint.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

using namespace std::chrono_literals;

constexpr int kTries = 5;
constexpr auto kTryFor = 2s;
// After this long nothing is sent any more. A daemon that slept in between notices by its own clock, which went on.
// The settler counts on it (kMaySendSeconds).
constexpr auto kMaySend = std::chrono::seconds(kMaySendSeconds);

/// The facts as they were before this operation's own PATCH landed.
void take_back(Facts& facts, const PodOperation& operation, const std::string& label) {
  facts.pod.labels[label] = operation.previous_value.value_or("");
  for (Pod& pod : facts.pods)
    if (pod.uid == facts.pod.uid) pod.labels = facts.pod.labels;
}

/// The PATCH was stored without the label as asked.
Error kept_error(const PodOperation& operation, const WriteAnswer& answer, const LoadLabel& label) {
  const Json args = {{"pod", operation.pod}, {"label", label.name}, {"value", answer.pod->label(label.name).value_or("")},
                     {"asked", operation.new_value.value_or("")}, {"writers", answer.writers}};
  return Error(answer.writers.empty() ? "label_kept" : "label_kept_by", args);
}

Error open_error(const PodOperation& other) {
  return Error("operation_open", {{"pod", other.pod}, {"user", other.username}, {"since", other.created_at}});
}

}  // namespace

Prover::Plan plan_of(const PodOperation& operation, const Verdict& verdict, Facts facts, const LoadLabel& label, std::shared_ptr<KubeClient> kube) {
  Prover::Plan plan;
  plan.kube = std::move(kube);
  plan.label = label.name;
  plan.served = verdict.serves_now;
  plan.slices = std::move(facts.slices);
  plan.version = facts.slices_version;
  if (operation.is_removal()) {
    // A Pod that was not ready never served, unless the Service publishes it all the same.
    for (const ServiceEffect& effect : verdict.services)
      if (effect.role == ServiceEffect::Role::lost && effect.lists_pod && (verdict.serves_now || effect.unready_published))
        plan.services[effect.name] = Proof::Goal::gone;
    plan.served = plan.served || !plan.services.empty();
    return plan;
  }
  plan.published = true;
  for (const ServiceEffect& effect : verdict.services) {
    if (effect.role != ServiceEffect::Role::gained) continue;
    const bool serves = facts.pod.ready && effect.reaches_pod;
    plan.services[effect.name] = serves ? Proof::Goal::serving : Proof::Goal::listed;
    plan.gained = plan.gained || effect.reaches_pod;
    plan.published = plan.published && (effect.unready_published || !effect.reaches_pod);
  }
  plan.published = plan.published && plan.gained;
  return plan;
}

OperationRunner::Applied OperationRunner::run(Order& order) {
  const SteadyTime began = clock_.steady();
  if (order.dry_run) return change(order, journal_.pending(order.operation), began);
  const OperationStore::Reservation reservation = journal_.reserve(order.operation, order.principal);
  if (reservation.state == OperationStore::Reservation::State::replayed) return replay(*reservation.other, order);
  if (reservation.state == OperationStore::Reservation::State::blocked) {
    order.operation = *reservation.other;
    throw open_error(order.operation);
  }
  try {
    return change(order, reservation.pending, began);
  } catch (const Error&) {
    // Not settled: the settler finds out, and need not wait for the lease.
    if (order.operation.outcome.empty()) journal_.release(order.operation);
    throw;
  }
}

OperationRunner::Applied OperationRunner::replay(const PodOperation& first, Order& order) {
  const PodOperation& wanted = order.operation;
  const bool same = first.user_id == wanted.user_id && first.kind == wanted.kind && first.cluster_id == wanted.cluster_id &&
                    first.name_space == wanted.name_space && first.pod == wanted.pod;
  if (!same) throw Error("request_id_used");
  order.operation = journal_.wait_for_answer(first);
  if (order.operation.applied) return {order.operation, nullptr};
  if (order.operation.outcome.empty()) throw open_error(order.operation);
  const Json refusal = order.operation.details.value("refusal", Json::object());
  throw Error(text_member(refusal, "code", "not_applied"), refusal.value("args", Json::object()));
}

void OperationRunner::fail(Order& order, const std::string& outcome, const Error& error) {
  PodOperation& operation = order.operation;
  operation.details["refusal"] = {{"code", error.code()}, {"args", error.args()}};
  if (!order.dry_run) journal_.settle(operation, outcome);
  operation.outcome = outcome;
  throw error;
}

OperationRunner::Applied OperationRunner::change(Order& order, const std::set<std::string>& pending, SteadyTime began) {
  for (int tries = 1;; ++tries) {
    try {
      if (auto applied = attempt(order, pending, clusters_.client(order.cluster), began)) return std::move(*applied);
    } catch (const Error& error) {
      const bool decided = !order.operation.outcome.empty() || order.operation.applied;
      if (decided || error.code() == "outcome_unknown") throw;
      fail(order, "failed", error);  // before anything was sent
    }
    if (tries >= kTries || clock_.steady() - began > kTryFor)
      fail(order, "failed", Error("pod_busy", {{"pod", order.operation.pod}, {"tries", tries}}));
  }
}

Verdict OperationRunner::judge(const Order& order, const Facts& facts) {
  if (order.operation.is_removal()) return judge_removal(facts, order.cluster);
  std::optional<std::string> recorded;
  const auto removals = journal_.last_removals(order.cluster.id, {facts.pod.uid});
  if (const auto last = removals.find(facts.pod.uid); last != removals.end() && last->second.id == facts.pod.operation)
    recorded = last->second.previous_value;
  else if (!facts.pod.operation.empty() && journal_.find(facts.pod.operation))
    recorded = facts.pod.previous_value;  // its daemon ended before it could note what the Pod says
  return judge_restore(facts, order.cluster, recorded);
}

std::optional<OperationRunner::Applied> OperationRunner::attempt(Order& order, const std::set<std::string>& pending,
                                                                 const std::shared_ptr<KubeClient>& kube, SteadyTime began) {
  PodOperation& operation = order.operation;
  const LoadLabel& label = order.cluster.label;
  failpoint("before_reads");
  Facts facts = operation.is_removal()
                    ? reader_.read_for_removal(*kube, order.cluster, operation.name_space, operation.pod, label.done, pending)
                    : reader_.read_for_restore(*kube, order.cluster, operation.name_space, operation.pod, label.online);
  failpoint("after_reads");
  if (!operation.uid.empty() && facts.pod.uid != operation.uid) fail(order, "replaced", Error("pod_replaced", {{"pod", operation.pod}}));
  operation.uid = facts.pod.uid;
  // The answer of an earlier try may have been lost on the way back.
  const bool has_landed = operation.new_value && operation.sent && shown(operation, facts.pod, label) == Shown::landed;
  const Pod pod = facts.pod;
  if (has_landed) take_back(facts, operation, label.name);
  const Verdict verdict = judge(order, facts);
  operation.details = details_of(verdict);
  operation.previous_value = facts.pod.label(label.name);
  operation.new_value = verdict.new_value;
  const Notice* refusal = has_landed ? nullptr : verdict.refusal(operation.forced);
  if (refusal != nullptr) fail(order, "refused", Error(refusal->code, refusal->args));
  failpoint("after_guards");
  if (order.dry_run) return rehearse(order, pod, *kube);

  Prover::Plan plan = plan_of(operation, verdict, std::move(facts), label, kube);
  plan.served = order.served = order.served || plan.served;  // by the time of a second try it may have left the slices
  const auto watched = prover_.begin(std::move(plan), operation.name_space, operation.uid);
  if (clock_.steady() - began > kMaySend || !journal_.sending(operation)) {
    operation.outcome = "not_applied";  // another daemon says so, or will
    throw Error("operation_taken", {{"pod", operation.pod}});
  }
  failpoint("before_patch");
  prover_.sending(*watched);
  const WriteAnswer answer = send_write(*kube, label_patch(operation, pod, label, false), label.name);
  failpoint("after_patch");
  if (!is_stored(order, answer)) return std::nullopt;
  if (answer.pod->label(label.name) != operation.new_value) {
    undo(operation, *answer.pod, pod, label, *kube);
    fail(order, "failed", kept_error(operation, answer, label));
  }

  operation.applied = true;
  operation.applied_ms = std::chrono::duration<double, std::milli>(clock_.steady() - began).count();
  try {
    journal_.applied(operation);
  } catch (const Error& error) {  // the Pod says it too, and the prover settles it when the database is back
    log_.warn("a change could not be noted at once", {{"operation", operation.id}, {"what", error.what()}});
  }
  failpoint("before_answer");
  return Applied{operation, watched};
}

/// True: the API server has stored it. False: read the Pod again. Throws what else became of it.
bool OperationRunner::is_stored(Order& order, const WriteAnswer& answer) {
  switch (answer.result) {
    case WriteAnswer::Result::stored: return true;
    case WriteAnswer::Result::conflict:
    case WriteAnswer::Result::not_found: return false;
    case WriteAnswer::Result::refused: fail(order, answer.why->code() == "person_not_listed" ? "refused" : "failed", *answer.why);
    case WriteAnswer::Result::unknown: break;
  }
  // It may have landed, or land yet: the settler finds out.
  throw Error("outcome_unknown", {{"pod", order.operation.pod}}, answer.why ? answer.why->what() : "");
}

/// Takes off the Pod what the PATCH left there although the label was not set.
void OperationRunner::undo(const PodOperation& operation, const Pod& stored, const Pod& before, const LoadLabel& label, KubeClient& kube) {
  const WriteAnswer answer = send_write(kube, undo_patch(operation, stored, before), label.name);
  if (answer.result != WriteAnswer::Result::stored)
    log_.warn("podload's marks are left on a Pod whose label the cluster keeps",
              {{"operation", operation.id}, {"pod", operation.name_space + "/" + operation.pod}, {"what", answer.why ? answer.why->what() : "conflict"}});
}

/// The same PATCH, admission included, with dryRun=All.
OperationRunner::Applied OperationRunner::rehearse(Order& order, const Pod& pod, KubeClient& kube) {
  PodOperation& operation = order.operation;
  const LoadLabel& label = order.cluster.label;
  const WriteAnswer answer = send_write(kube, label_patch(operation, pod, label, true), label.name);
  switch (answer.result) {
    case WriteAnswer::Result::stored:
      if (answer.pod->label(label.name) != operation.new_value) fail(order, "failed", kept_error(operation, answer, label));
      break;
    case WriteAnswer::Result::conflict: break;  // the Pod changed this moment, no more
    case WriteAnswer::Result::not_found: fail(order, "replaced", Error("pod_replaced", {{"pod", pod.name}}));
    case WriteAnswer::Result::refused:
      if (answer.why->code() != "rehearsal_unsupported") fail(order, "failed", *answer.why);
      operation.details["warnings"].push_back({{"code", answer.why->code()}, {"args", answer.why->args()}, {"overridable", false}});
      break;
    case WriteAnswer::Result::unknown: fail(order, "failed", *answer.why);
  }
  return {operation, nullptr};
}

void OperationRunner::follow(Applied applied, Prover::OnSettled on_settled) {
  if (applied.watched) {
    prover_.follow(applied.watched, std::move(applied.operation), std::move(on_settled));
  } else if (on_settled) {
    on_settled(applied.operation);
  }
}

}  // namespace podload
