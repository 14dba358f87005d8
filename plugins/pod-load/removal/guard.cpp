#include "removal/guard.hpp"

#include <algorithm>

#include "removal/serving.hpp"

namespace podload::pod_load {
namespace {

Labels with_value(Labels labels, const std::string& label, const std::string& value) {
  labels[label] = value;
  return labels;
}

/// The minimum of a lost Service; adds a refusal if its annotation is invalid.
int required_of(const Facts& facts, const Service& service, const Cluster& cluster, Verdict& verdict) {
  const std::optional<int> minimum = minimum_of(facts, service, cluster);
  if (!minimum) verdict.refusals.push_back({"minimum_unreadable", {{"service", service.name}, {"text", *service.minimum}}, true});
  return minimum.value_or(cluster.minimum);
}

/// The Service's Pods whose removal is not settled, comma-separated.
std::string pending_pods(const Facts& facts, const Service& service) {
  std::string names;
  for (const Pod& pod : facts.pods)
    if (selects(service.selector, pod.labels) && (facts.pending.count(pod.uid) > 0 || facts.pending.count(pod.name) > 0))
      names += (names.empty() ? "" : ", ") + pod.name;
  return names;
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

/// Other reasons why the Pod may end, and controllers that count it.
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
  for (const std::string& owner : facts.unanswered_owners) verdict.warnings.push_back({"not_checked_in_time", {{"kind", owner}}});
  for (const std::string& kind : facts.unanswered) verdict.warnings.push_back({"not_checked_in_time", {{"kind", kind}}});
}

/// Routes to the Pod that the load label does not end, or that podload cannot verify.
void warn_of_other_ways(const Facts& facts, const Labels& after, Verdict& verdict) {
  const Pod& pod = facts.pod;
  for (const Service& service : facts.services)
    if (selects(service.selector, after)) {
      verdict.warnings.push_back({"still_routed", {{"service", service.name}}});
      const std::set<std::string> endpoints = listed(facts, service.name);
      const int count = static_cast<int>(endpoints.size());
      verdict.services.push_back({.name = service.name, .role = ServiceEffect::Role::kept, .before = count, .after = count,
                                  .lists_pod = endpoints.count(pod.uid) > 0});
    }
  for (const EndpointSlice& slice : facts.slices) {
    if (!slice.is_own() && slice.lists(pod.uid, pod.pod_ip))
      verdict.warnings.push_back({"foreign_slice", {{"service", slice.service}, {"slice", slice.name}, {"manager", slice.managed_by}}});
  }
}

ServiceEffect effect_on_lost(const Facts& facts, const Service& service, const Cluster& cluster, Verdict& verdict) {
  const std::string& uid = facts.pod.uid;
  const ServingPods serving(facts, service);
  const ServingPods::Count count = serving.without(uid);
  ServiceEffect effect{.name = service.name, .role = ServiceEffect::Role::lost, .before = count.before, .after = count.after,
                       .minimum = required_of(facts, service, cluster, verdict), .lists_pod = listed(facts, service.name).count(uid) > 0,
                       .unready_published = service.publishes_not_ready};
  verdict.serves_now = verdict.serves_now || serving.has(uid);
  // A Pod that does not serve cannot empty the Service.
  if (serving.has(uid) && effect.after < *effect.minimum) {
    Json args = {{"service", service.name}, {"after", effect.after}, {"minimum", *effect.minimum}};
    // Would the minimum hold if the pending removals failed? Then the caller only has to wait.
    const bool enough = ServingPods(facts, service, ServingPods::Pending::serving).without(uid).after >= *effect.minimum;
    if (enough) args["pods"] = pending_pods(facts, service);
    verdict.refusals.push_back({enough ? "removals_under_way" : "below_minimum", std::move(args), true});
  }
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
    if (!selects(service->selector, pod.labels)) continue;  // a Service for removed Pods, which would begin to select it
    loses = true;
    verdict.services.push_back(effect_on_lost(facts, *service, cluster, verdict));
  }
  if (!loses && pod.label(label.name) == label.online) {
    const std::string others = names_of(facts.services, pod.labels);
    verdict.refusals.push_back({others.empty() ? "nothing_lost" : "nothing_lost_but",
                                {{"label", label.name}, {"online", label.online}, {"services", others}}});
  }
  if (loses && !pod.ready && !verdict.serves_now) verdict.warnings.push_back({"not_ready_anyway", {{"pod", pod.name}}});
  warn_of_other_ways(facts, after, verdict);
  warn_of_owners(facts, label, verdict);
  name_roles(facts, verdict);
  return verdict;
}

namespace {

/// How many other Pods the Service's slices list as ready, at the port with the fewest. The slices are accurate enough,
/// as a restore cannot empty a Service.
int endpoints_of(const Facts& facts, const Service& service) {
  std::optional<int> fewest;
  for (std::size_t i = 0; i < std::max<std::size_t>(service.ports.size(), 1); ++i) {
    std::set<std::string> uids;
    for (const EndpointSlice& slice : facts.slices) {
      if (slice.service != service.name || (!service.ports.empty() && !routes(slice, service.ports[i]))) continue;
      for (const Endpoint& endpoint : slice.endpoints)
        if (endpoint.ready && endpoint.uid != facts.pod.uid) uids.insert(endpoint.uid);
    }
    fewest = std::min(fewest.value_or(static_cast<int>(uids.size())), static_cast<int>(uids.size()));
  }
  return fewest.value_or(0);
}

/// The names of container ports that the Service's targetPorts refer to, comma-separated.
std::string target_names(const Service& service) {
  std::string names;
  for (const ServicePort& port : service.ports)
    if (!port.target_name.empty()) names += (names.empty() ? "" : ", ") + port.target_name;
  return names;
}

}  // namespace

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
    const bool reached = pod.is_reached_by(*service);
    const int before = endpoints_of(facts, *service);
    const bool adds = reached && (pod.ready || service->publishes_not_ready);
    verdict.services.push_back({.name = service->name, .role = ServiceEffect::Role::gained, .before = before, .after = before + (adds ? 1 : 0),
                                .lists_pod = listed(facts, service->name).count(pod.uid) > 0,
                                .unready_published = service->publishes_not_ready, .reaches_pod = reached});
    if (!reached) verdict.warnings.push_back({"port_missing", {{"service", service->name}, {"pod", pod.name}, {"port", target_names(*service)}}});
    if (!pod.ready && service->publishes_not_ready) verdict.warnings.push_back({"published_at_once", {{"service", service->name}}});
  }
  if (!gains) verdict.warnings.push_back({"nothing_gained", {{"label", label.name}}});
  if (!pod.ready) verdict.warnings.push_back({"not_ready_yet", {{"pod", pod.name}}});
  for (const Owner& owner : facts.owners)
    if (owner.selector_keys.count(label.name) > 0)
      verdict.warnings.push_back({"restore_joins_selector", {{"owner", owner.kind + "/" + owner.name}}});
  name_roles(facts, verdict);
  return verdict;
}

}  // namespace podload::pod_load
