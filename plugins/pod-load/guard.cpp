#include "guard.hpp"

#include <algorithm>

#include "serving.hpp"

namespace podload {
namespace {

Labels with_value(Labels labels, const std::string& label, const std::string& value) {
  labels[label] = value;
  return labels;
}

/// The minimum of a lost Service; a Notice where its annotation says none.
int wanted_of(const Facts& facts, const Service& service, const Cluster& cluster, Verdict& verdict) {
  const std::optional<int> minimum = minimum_of(facts, service, cluster);
  if (!minimum) verdict.refusals.push_back({"minimum_unreadable", {{"service", service.name}, {"text", *service.minimum}}, true});
  return minimum.value_or(cluster.minimum);
}

bool is_last_on_node(const Facts& facts, const Service& service) {
  for (const EndpointSlice& slice : facts.slices)
    if (slice.service == service.name)
      for (const Endpoint& endpoint : slice.endpoints)
        if (endpoint.uid != facts.pod.uid && endpoint.node == facts.pod.node && endpoint.ready) return false;
  return true;
}

void refuse_for_pod(const Facts& facts, const Cluster& cluster, Verdict& verdict) {
  const Pod& pod = facts.pod;
  const LoadLabel& label = cluster.label;
  if (pod.ending) verdict.refusals.push_back({"pod_ending", {{"pod", pod.name}}});
  else if (pod.phase != "Running") verdict.refusals.push_back({"pod_not_running", {{"pod", pod.name}, {"status", pod.status}}});
  const auto value = pod.label(label.name);
  if (value == label.done)
    verdict.refusals.push_back({"already_out", {{"pod", pod.name}, {"label", label.name}, {"value", *value}}});
  else if (value != label.online)
    verdict.refusals.push_back({"not_online", {{"pod", pod.name}, {"label", label.name}, {"value", value.value_or("")}, {"online", label.online}}});
}

void refuse_for_owners(const Facts& facts, const LoadLabel& label, Verdict& verdict) {
  for (const Owner& owner : facts.owners) {
    const std::string name = owner.kind + "/" + owner.name;
    if (owner.selector_keys.count(label.name) > 0)
      verdict.refusals.push_back({"label_in_selector", {{"owner", name}, {"label", label.name}}});
    if (owner.unreadable)
      (owner.nearest ? verdict.refusals : verdict.warnings).push_back({"owner_unreadable", {{"owner", name}}});
  }
}

/// Who else may end the Pod, or counts it.
void warn_of_owners(const Facts& facts, const LoadLabel& label, Verdict& verdict) {
  const Pod& pod = facts.pod;
  for (const Owner& owner : facts.owners)
    if (owner.has_deadline) verdict.warnings.push_back({"job_deadline", {{"owner", owner.kind + "/" + owner.name}}});
  for (const std::string& name : facts.autoscalers) verdict.warnings.push_back({"autoscaler", {{"name", name}}});
  for (const DisruptionBudget& budget : facts.budgets)
    verdict.warnings.push_back({budget.looks_at_label ? "budget_by_label" : "disruption_budget",
                                {{"name", budget.name}, {"healthy", budget.healthy}, {"desired", budget.desired}}});
  for (const std::string& name : facts.policies) verdict.warnings.push_back({"policy_by_label", {{"name", name}, {"label", label.name}}});
  if (pod.has_liveness_probe) verdict.warnings.push_back({"liveness_probe"});
  if (pod.has_readiness_gates) verdict.warnings.push_back({"readiness_gates"});
  if (facts.node_is_draining) verdict.warnings.push_back({"node_draining", {{"node", pod.node}}});
  for (const std::string& kind : facts.unreadable) verdict.warnings.push_back({"could_not_check", {{"kind", kind}}});
}

/// Ways to the Pod that podload's label does not close, or that cannot be verified.
void warn_of_other_ways(const Facts& facts, const Labels& after, Verdict& verdict) {
  const Pod& pod = facts.pod;
  for (const Service& service : facts.services)
    if (selects(service.selector, after)) {
      verdict.warnings.push_back({"still_routed", {{"service", service.name}}});
      verdict.services.push_back({service.name, ServiceEffect::Role::kept, 0, 0, std::nullopt, false, false, {}});
      ServiceEffect& kept = verdict.services.back();
      kept.before = kept.after = static_cast<int>(listed(facts, service.name).size());
      kept.lists_pod = listed(facts, service.name).count(pod.uid) > 0;
    }
  for (const EndpointSlice& slice : facts.slices) {
    const bool by_uid = slice.find(pod.uid) != nullptr;
    const bool by_address = !pod.pod_ip.empty() && std::any_of(slice.endpoints.begin(), slice.endpoints.end(), [&](const Endpoint& endpoint) {
      return std::find(endpoint.addresses.begin(), endpoint.addresses.end(), pod.pod_ip) != endpoint.addresses.end();
    });
    if (!slice.is_own() && (by_uid || by_address))
      verdict.warnings.push_back({"foreign_slice", {{"service", slice.service}, {"slice", slice.name}, {"manager", slice.managed_by}}});
  }
}

ServiceEffect effect_on_lost(const Facts& facts, const Service& service, const Cluster& cluster, Verdict& verdict) {
  const std::set<std::string> serving = serving_set(facts, service);
  const bool serves = serving.count(facts.pod.uid) > 0;
  ServiceEffect effect{service.name, ServiceEffect::Role::lost, static_cast<int>(serving.size()), 0, std::nullopt, false,
                       service.publishes_not_ready, {}};
  effect.after = effect.before - (serves ? 1 : 0);
  effect.minimum = wanted_of(facts, service, cluster, verdict);
  effect.lists_pod = listed(facts, service.name).count(facts.pod.uid) > 0;
  verdict.serves_now = verdict.serves_now || serves;
  // A Pod that does not serve cannot empty the Service.
  if (serves && effect.after < *effect.minimum)
    verdict.refusals.push_back({"below_minimum", {{"service", service.name}, {"after", effect.after}, {"minimum", *effect.minimum}}, true});
  if (service.publishes_not_ready) verdict.warnings.push_back({"publishes_not_ready", {{"service", service.name}}});
  if (service.direct_access) verdict.warnings.push_back({"direct_access", {{"service", service.name}}});
  if (service.local_traffic && is_last_on_node(facts, service))
    verdict.warnings.push_back({"last_on_node", {{"service", service.name}, {"node", facts.pod.node}}});
  return effect;
}

void name_roles(const Facts& facts, Verdict& verdict) {
  for (ServiceEffect& effect : verdict.services)
    if (const auto role = facts.service_roles.find(effect.name); role != facts.service_roles.end()) effect.workload_role = role->second;
}

std::string names_of(const std::vector<Service>& services, const Labels& labels) {
  std::string names;
  for (const Service& service : services)
    if (selects(service.selector, labels)) names += (names.empty() ? "" : ", ") + service.name;
  return names;
}

}  // namespace

const Notice* Verdict::refusal(bool forced) const {
  const auto found = std::find_if(refusals.begin(), refusals.end(), [&](const Notice& n) { return !(forced && n.overridable); });
  return found == refusals.end() ? nullptr : &*found;
}

Verdict judge_removal(const Facts& facts, const Cluster& cluster) {
  const LoadLabel& label = cluster.label;
  const Pod& pod = facts.pod;
  Verdict verdict;
  verdict.new_value = label.done;
  refuse_for_pod(facts, cluster, verdict);
  refuse_for_owners(facts, label, verdict);
  const Labels after = with_value(pod.labels, label.name, label.done);
  bool loses = false;
  for (const Service* service : changed_services(facts.services, pod.labels, label.name, label.done)) {
    if (!selects(service->selector, pod.labels)) continue;  // it would begin to select: a Service for what is out
    loses = true;
    verdict.services.push_back(effect_on_lost(facts, *service, cluster, verdict));
  }
  if (!loses && pod.label(label.name) == label.online) {
    const std::string others = names_of(facts.services, pod.labels);
    verdict.refusals.push_back({others.empty() ? "nothing_lost" : "nothing_lost_but",
                                {{"label", label.name}, {"online", label.online}, {"services", others}}});
  }
  if (loses && !pod.ready) verdict.warnings.push_back({"not_ready_anyway", {{"pod", pod.name}}});
  warn_of_other_ways(facts, after, verdict);
  warn_of_owners(facts, label, verdict);
  name_roles(facts, verdict);
  return verdict;
}

Verdict judge_restore(const Facts& facts, const Cluster& cluster, const std::optional<std::string>& recorded) {
  const LoadLabel& label = cluster.label;
  const Pod& pod = facts.pod;
  const auto value = pod.label(label.name);
  Verdict verdict;
  verdict.new_value = recorded.value_or(label.online);
  if (pod.ending) verdict.refusals.push_back({"pod_ending", {{"pod", pod.name}}});
  if (value == label.online)
    verdict.refusals.push_back({"already_in", {{"pod", pod.name}, {"label", label.name}, {"value", *value}}});
  else if (value != label.done)
    verdict.refusals.push_back({"changed_outside", {{"pod", pod.name}, {"label", label.name}, {"value", value.value_or("")}}, true});
  else if (!recorded)
    verdict.refusals.push_back({"unrecorded", {{"pod", pod.name}, {"label", label.name}, {"online", label.online}}, true});

  bool gains = false;
  for (const Service* service : changed_services(facts.services, pod.labels, label.name, verdict.new_value)) {
    if (selects(service->selector, pod.labels)) continue;
    gains = true;
    const std::set<std::string> serving = serving_set(facts, *service);
    const int before = static_cast<int>(serving.size());
    const bool lists = listed(facts, service->name).count(pod.uid) > 0;
    verdict.services.push_back({service->name, ServiceEffect::Role::gained, before, before + (pod.ready ? 1 : 0), std::nullopt, lists,
                                service->publishes_not_ready, {}});
  }
  if (!gains) verdict.warnings.push_back({"nothing_gained", {{"label", label.name}}});
  if (!pod.ready) verdict.warnings.push_back({"not_ready_yet", {{"pod", pod.name}}});
  for (const Owner& owner : facts.owners)
    if (owner.selector_keys.count(label.name) > 0)
      verdict.warnings.push_back({"restore_joins_selector", {{"owner", owner.kind + "/" + owner.name}}});
  name_roles(facts, verdict);
  return verdict;
}

}  // namespace podload
