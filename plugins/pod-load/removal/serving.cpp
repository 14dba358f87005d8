#include "removal/serving.hpp"

#include <algorithm>
#include <charconv>

namespace podload::pod_load {
namespace {

/// Reading more Pods than this one by one is no cheaper than the list.
constexpr int kMostWitnesses = 16;

/// How many Pods the Service would select if all removed ones were restored.
int all_pods_of(const Traffic& traffic, const Service& service, const LoadLabel& label) {
  return static_cast<int>(std::count_if(traffic.pods.begin(), traffic.pods.end(), [&](const Pod& pod) {
    Labels back = pod.labels;
    back[label.name] = label.online;
    return !pod.ending && selects(service.selector, back);
  }));
}

/// The Services that select the Pod now, but not with `value`.
std::vector<const Service*> lost_services(const Traffic& traffic, const LoadLabel& label, const std::string& value) {
  std::vector<const Service*> lost = changed_services(traffic.services, traffic.pod.labels, label.name, value);
  std::erase_if(lost, [&](const Service* service) { return !selects(service->selector, traffic.pod.labels); });
  return lost;
}

}  // namespace

std::set<std::string> listed(const Traffic& traffic, const std::string& service) {
  std::set<std::string> uids;
  for (const EndpointSlice& slice : traffic.slices)
    if (slice.service == service)
      for (const Endpoint& endpoint : slice.endpoints) uids.insert(endpoint.uid);
  return uids;
}

ServingPods::ServingPods(const Traffic& traffic, const Service& service, Pending pending) : by_port_(std::max<std::size_t>(service.ports.size(), 1)) {
  std::set<std::string> able;
  for (const Pod& pod : traffic.pods) {
    const bool leaving = pending == Pending::gone && (traffic.pending.count(pod.uid) > 0 || traffic.pending.count(pod.name) > 0);
    if (selects(service.selector, pod.labels) && (pod.ready || service.publishes_not_ready) && !pod.ending && !leaving) able.insert(pod.uid);
  }
  for (const EndpointSlice& slice : traffic.slices) {
    if (slice.service != service.name) continue;
    for (std::size_t i = 0; i < by_port_.size(); ++i) {
      if (!service.ports.empty() && !routes(slice, service.ports[i])) continue;
      for (const Endpoint& endpoint : slice.endpoints)
        if (able.count(endpoint.uid) > 0) by_port_[i].insert(endpoint.uid);
    }
  }
}

bool ServingPods::has(const std::string& uid) const {
  return std::any_of(by_port_.begin(), by_port_.end(), [&](const auto& uids) { return uids.count(uid) > 0; });
}

ServingPods::Count ServingPods::without(const std::string& uid) const {
  const bool serves = has(uid);
  std::optional<int> fewest;
  for (const std::set<std::string>& uids : by_port_)
    if (!serves || uids.count(uid) > 0) fewest = std::min(fewest.value_or(static_cast<int>(uids.size())), static_cast<int>(uids.size()));
  return {fewest.value_or(0), fewest.value_or(0) - (serves ? 1 : 0)};
}

std::optional<int> minimum_of(const Traffic& traffic, const Service& service, const Cluster& cluster) {
  if (!service.minimum) return cluster.minimum;
  return parse_minimum(*service.minimum, all_pods_of(traffic, service, cluster.label));
}

std::optional<int> parse_minimum(const std::string& text, int total) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number < 0) return std::nullopt;
  if (stop == end) return number;
  if (*stop != '%' || stop + 1 != end || number > 100) return std::nullopt;
  return (total * number + 99) / 100;
}

std::vector<const Service*> changed_services(const std::vector<Service>& services, const Labels& labels,
                                             const std::string& label, const std::string& value) {
  Labels after = labels;
  after[label] = value;
  std::vector<const Service*> changed;
  for (const Service& service : services)
    if (selects(service.selector, labels) != selects(service.selector, after)) changed.push_back(&service);
  return changed;
}

bool some_suffice(const Traffic& traffic, const Cluster& cluster, const std::string& value) {
  const auto lost = lost_services(traffic, cluster.label, value);
  return std::all_of(lost.begin(), lost.end(), [&](const Service* service) {
    const bool share = service->minimum && service->minimum->ends_with('%');
    return !share && minimum_of(traffic, *service, cluster).value_or(cluster.minimum) <= kMostWitnesses;
  });
}

std::optional<std::set<std::string>> witnesses(const Traffic& traffic, const Cluster& cluster, const std::string& value) {
  std::set<std::string> names;
  for (const Service* service : lost_services(traffic, cluster.label, value)) {
    const int minimum = minimum_of(traffic, *service, cluster).value_or(cluster.minimum);
    const ServingPods pods(traffic, *service);
    for (const std::set<std::string>& serving : pods.by_port()) {
      if (minimum == 0 || serving.count(traffic.pod.uid) == 0) continue;  // a Pod that does not serve on that port cannot empty it
      int found = 0;
      for (const Pod& pod : traffic.pods) {
        if (pod.uid == traffic.pod.uid || serving.count(pod.uid) == 0) continue;
        names.insert(pod.name);
        if (++found > minimum) break;
      }
      if (found < minimum) return std::nullopt;
    }
  }
  return names;
}

}  // namespace podload::pod_load
