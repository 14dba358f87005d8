#include "removal/operation_runner.hpp"

#include <algorithm>

#include "podload/error.hpp"
#include "record/failpoint.hpp"
#include "removal/verdict_details.hpp"

namespace podload::pod_load {
namespace {

using namespace std::chrono_literals;

constexpr int kTries = 5;
constexpr auto kTryFor = 2s;
constexpr int kAskings = 2;        // of the checks for one operation: again if the effects have changed since
constexpr auto kFresh = 250ms;  // facts that are older when the checks have answered are read again
// The PATCH is not sent later than this, also not by a daemon that was suspended: its clock keeps running. The settler
// relies on that (kMaySendSeconds).
constexpr auto kMaySend = std::chrono::seconds(kMaySendSeconds);

/// Resets the label in the facts to its value before this operation's PATCH.
void undo_label(Facts& facts, const PodOperation& operation, const std::string& label) {
  facts.pod.labels[label] = operation.previous_value.value_or("");
  for (Pod& pod : facts.pods)
    if (pod.uid == facts.pod.uid) pod.labels = facts.pod.labels;
}

/// The PATCH was stored, but the label is not as requested.
Error kept_error(const PodOperation& operation, const WriteAnswer& answer, const LoadLabel& label) {
  const Json args = {{"pod", operation.pod}, {"label", label.name}, {"value", answer.pod->label(label.name).value_or("")},
                     {"asked", operation.new_value.value_or("")}, {"writers", answer.writers}};
  return Error(answer.writers.empty() ? "label_kept" : "label_kept_by", args);
}

bool same_effects(const std::vector<ServiceEffect>& a, const std::vector<ServiceEffect>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const ServiceEffect& x, const ServiceEffect& y) {
    return x.name == y.name && x.role == y.role && x.before == y.before && x.after == y.after && x.minimum == y.minimum;
  });
}

/// Adds what the checks said, if they were asked.
void add_checked(const Order& order, Verdict& verdict) {
  if (!order.checked) return;
  verdict.refusals.insert(verdict.refusals.end(), order.checked->refusals.begin(), order.checked->refusals.end());
  verdict.warnings.insert(verdict.warnings.end(), order.checked->warnings.begin(), order.checked->warnings.end());
}

OperationPlan plan_for_checks(const Order& order, const Facts& facts, const Verdict& verdict) {
  const PodOperation& operation = order.operation;
  OperationPlan plan;
  plan.id = operation.id;
  plan.kind = operation.kind;
  plan.cluster = order.cluster;
  plan.name_space = operation.name_space;
  plan.pod = operation.pod;
  plan.labels = {facts.pod.labels.begin(), facts.pod.labels.end()};
  for (const Owner& owner : facts.owners)
    if (owner.nearest) plan.workload = owner.kind + "/" + owner.name;
  plan.principal = order.principal;
  plan.reason = operation.reason;
  plan.forced = operation.forced;
  plan.dry_run = order.dry_run;
  for (const ServiceEffect& effect : verdict.services)
    plan.services.push_back({effect.name, effect.role, effect.before, effect.after, effect.minimum});
  return plan;
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
    // A Pod that is not ready does not serve, unless the Service publishes such Pods.
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

OperationRunner::Result OperationRunner::run(Order order) {
  const SteadyTime began = clock_.steady();
  std::set<std::string> pending;
  if (order.dry_run) {
    pending = journal_.pending(order.operation);
  } else {
    OperationStore::Reservation reservation = journal_.reserve(order.operation, order.principal);
    switch (reservation.state) {
      case OperationStore::Reservation::State::replayed: return replay(order.operation, journal_.wait_for_answer(*reservation.other));
      case OperationStore::Reservation::State::blocked: return Ended{*reservation.other, open_error(*reservation.other)};
      case OperationStore::Reservation::State::fresh: break;
    }
    pending = std::move(reservation.pending);
  }
  Step step = change(order, pending, began);
  if (auto* applied = std::get_if<Applied>(&step)) return std::move(*applied);
  return end(std::move(order), std::get<Stop>(std::move(step)));
}

/// The result of the original request.
OperationRunner::Result OperationRunner::replay(const PodOperation& wanted, PodOperation first) {
  const bool same = first.user_id == wanted.user_id && first.kind == wanted.kind && first.cluster_id == wanted.cluster_id &&
                    first.name_space == wanted.name_space && first.pod == wanted.pod;
  if (!same) throw Error("request_id_used");
  if (first.applied) return Applied{std::move(first), nullptr};
  if (!first.outcome) {
    Error why = open_error(first);
    return Ended{std::move(first), std::move(why)};
  }
  const Json refusal = first.details.value("refusal", Json::object());
  return Ended{std::move(first), Error(text_member(refusal, "code", "not_applied"), refusal.value("args", Json::object()))};
}

OperationRunner::Step OperationRunner::change(Order& order, const std::set<std::string>& pending, SteadyTime began) {
  bool served = false;
  SteadyTime began_trying = began;
  for (int tries = 1;; ++tries) {
    try {
      Step step = attempt(order, pending, clusters_.client(order.cluster), began, served);
      const auto* again = std::get_if<Again>(&step);
      if (again == nullptr) return step;
      if (!again->is_try) {  // at most kAskings times
        --tries;
        began_trying = clock_.steady();
        continue;
      }
    } catch (const Error& error) {  // no PATCH was sent, or the reply says that nothing was stored
      return Stop{Outcome::failed, error};
    }
    if (tries >= kTries || clock_.steady() - began_trying > kTryFor)
      return Stop{Outcome::failed, Error("pod_busy", {{"pod", order.operation.pod}, {"tries", tries}})};
  }
}

/// `served`: whether the Pod served at an earlier try. By a later try, the slices may no longer list it.
OperationRunner::Step OperationRunner::attempt(Order& order, const std::set<std::string>& pending, const std::shared_ptr<KubeClient>& kube,
                                               SteadyTime began, bool& served) {
  PodOperation& operation = order.operation;
  const LoadLabel& label = order.cluster.label;
  failpoint("before_reads");
  Facts facts = operation.is_removal()
                    ? reader_.read_for_removal(*kube, order.cluster, operation.name_space, operation.pod, label.done, pending)
                    : reader_.read_for_restore(*kube, order.cluster, operation.name_space, operation.pod, label.online);
  failpoint("after_reads");
  if (!operation.uid.empty() && facts.pod.uid != operation.uid) return Stop{Outcome::replaced, Error("pod_replaced", {{"pod", operation.pod}})};
  operation.uid = facts.pod.uid;
  // The PATCH of an earlier try may have been stored and its reply lost.
  const bool has_landed = operation.new_value && operation.sent && shown(operation, facts.pod, label) == Shown::landed;
  const PatchTarget target{facts.pod, facts.pod.unavailable_label.empty() ? facts.unavailable_label : facts.pod.unavailable_label};
  if (has_landed) undo_label(facts, operation, label.name);
  Verdict verdict = judge(order, facts);
  if (has_landed)
    add_checked(order, verdict);
  else if (!ask_checks(order, facts, verdict))
    return Again{false};
  operation.details = details_of(verdict);
  operation.previous_value = facts.pod.label(label.name);
  operation.new_value = verdict.new_value;
  const Notice* refusal = has_landed ? nullptr : verdict.refusal(operation.forced);
  if (refusal != nullptr) return Stop{Outcome::refused, Error(refusal->code, refusal->args)};
  failpoint("after_guards");
  if (order.dry_run) return dry_run(order, target, *kube);

  Prover::Plan plan = plan_of(operation, verdict, std::move(facts), label, kube);
  plan.served = served = served || plan.served;
  return send(order, target, std::move(plan), began);
}

OperationRunner::Step OperationRunner::send(Order& order, const PatchTarget& target, Prover::Plan plan, SteadyTime began) {
  PodOperation& operation = order.operation;
  const LoadLabel& label = order.cluster.label;
  const std::shared_ptr<KubeClient> kube = plan.kube;
  const auto watched = prover_.begin(std::move(plan), operation.name_space, operation.uid);
  if (clock_.steady() - began > kMaySend || !journal_.sending(operation))
    return Stop{Outcome::not_applied, Error("operation_taken", {{"pod", operation.pod}}), false};
  failpoint("before_patch");
  prover_.sending(*watched);
  const WriteAnswer answer = send_write(*kube, label_patch(operation, target, label, false), label.name);
  failpoint("after_patch");
  switch (answer.result) {
    case WriteAnswer::Result::stored: break;
    case WriteAnswer::Result::conflict:
    case WriteAnswer::Result::not_found: return Again{};
    case WriteAnswer::Result::not_permitted: return Stop{Outcome::refused, *answer.why};
    case WriteAnswer::Result::dry_run_unsupported:
    case WriteAnswer::Result::refused: return Stop{Outcome::failed, *answer.why};
    case WriteAnswer::Result::unknown:
      return Stop{std::nullopt, Error("outcome_unknown", {{"pod", operation.pod}}, answer.why ? answer.why->what() : "")};
  }
  if (answer.pod->label(label.name) != operation.new_value) {
    undo(operation, *answer.pod, target, label, *kube);
    return Stop{Outcome::failed, kept_error(operation, answer, label)};
  }

  on_stored_(operation.cluster_id, *answer.pod);
  operation.applied = true;
  operation.applied_ms = std::chrono::duration<double, std::milli>(clock_.steady() - began).count();
  try {
    journal_.applied(operation);
  } catch (const Error& error) {  // the Pod's annotation shows it too, and the prover settles it later
    log_.warn("an acknowledged change could not be recorded; it is recorded when the operation is settled", {{"operation", operation.id}, {"what", error.what()}});
  }
  failpoint("before_answer");
  return Applied{operation, watched};
}

/// The same PATCH, admission included, with dryRun=All.
OperationRunner::Step OperationRunner::dry_run(Order& order, const PatchTarget& target, KubeClient& kube) {
  PodOperation& operation = order.operation;
  const LoadLabel& label = order.cluster.label;
  const WriteAnswer answer = send_write(kube, label_patch(operation, target, label, true), label.name);
  switch (answer.result) {
    case WriteAnswer::Result::stored:
      if (answer.pod->label(label.name) != operation.new_value) return Stop{Outcome::failed, kept_error(operation, answer, label)};
      break;
    case WriteAnswer::Result::conflict: break;  // the Pod has just changed; that refuses nothing
    case WriteAnswer::Result::not_found: return Stop{Outcome::replaced, Error("pod_replaced", {{"pod", operation.pod}})};
    case WriteAnswer::Result::dry_run_unsupported:
      operation.details["warnings"].push_back({{"code", answer.why->code()}, {"args", answer.why->args()}, {"overridable", false}});
      break;
    case WriteAnswer::Result::not_permitted:
    case WriteAnswer::Result::refused:
    case WriteAnswer::Result::unknown: return Stop{Outcome::failed, *answer.why};
  }
  return Applied{operation, nullptr};
}

OperationRunner::Ended OperationRunner::end(Order order, Stop stop) {
  PodOperation& operation = order.operation;
  if (!stop.outcome) {  // the settler resolves it, without waiting for the lease
    journal_.release(operation);
    return {std::move(operation), std::move(stop.why)};
  }
  if (stop.is_ours) operation.details["refusal"] = {{"code", stop.why.code()}, {"args", stop.why.args()}};
  if (stop.is_ours && !order.dry_run) {
    try {
      journal_.settle(operation, *stop.outcome);
    } catch (const Error& error) {
      journal_.release(operation);
      return {std::move(operation), error};
    }
  }
  operation.outcome = stop.outcome;
  return {std::move(operation), std::move(stop.why)};
}

/// Adds the notices of other plugins' checks, unless podload refuses the change anyway. They are asked together with what
/// can be overridden, so that nobody overrides what they have not seen. Returns false if they took so long that
/// the facts must be read again; the next call adds the same notices, or asks again if the effects have changed.
bool OperationRunner::ask_checks(Order& order, const Facts& facts, Verdict& verdict) {
  if (!checks_.has(order.operation.kind)) return true;
  bool is_fresh = true;
  const bool is_known = order.checked && same_effects(order.checked->services, verdict.services);
  if (!is_known && order.checks_asked < kAskings && verdict.refusal(true) == nullptr) {
    ++order.checks_asked;
    const SteadyTime asked = clock_.steady();
    checks_.look(plan_for_checks(order, facts, verdict), order.checked.emplace());
    order.checked->services = verdict.services;
    is_fresh = clock_.steady() - asked < kFresh;
  }
  add_checked(order, verdict);
  return is_fresh || verdict.refusal(order.operation.forced) != nullptr;
}

Verdict OperationRunner::judge(const Order& order, const Facts& facts) {
  if (order.operation.is_removal()) return judge_removal(facts, order.cluster);
  std::optional<std::string> recorded;
  const auto removals = journal_.last_removals(order.cluster.id, {facts.pod.uid});
  if (const auto last = removals.find(facts.pod.uid); last != removals.end() && last->second.id == facts.pod.operation)
    recorded = last->second.previous_value;
  else if (!facts.pod.operation.empty() && journal_.find(facts.pod.operation))
    recorded = facts.pod.previous_value;  // the daemon ended before it recorded the value; the annotation has it
  return judge_restore(facts, order.cluster, recorded);
}

/// Undoes the rest of a PATCH that was stored without the label.
void OperationRunner::undo(const PodOperation& operation, const Pod& stored, const PatchTarget& before, const LoadLabel& label, KubeClient& kube) {
  const WriteAnswer answer = send_write(kube, undo_patch(operation, stored, before), label.name);
  if (answer.result != WriteAnswer::Result::stored)
    log_.warn("podload's annotations remain on a Pod whose label the cluster did not let change",
              {{"operation", operation.id}, {"pod", operation.name_space + "/" + operation.pod}, {"what", answer.why ? answer.why->what() : "conflict"}});
}

void OperationRunner::follow(Applied applied, Prover::OnSettled on_settled) {
  if (applied.watched) {
    prover_.follow(applied.watched, std::move(applied.operation), std::move(on_settled));
  } else if (on_settled) {
    on_settled(applied.operation);
  }
}

}  // namespace podload::pod_load
