#include "expectation_of_view.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "podload/kube_client.hpp"

namespace podload::pod_load {
namespace {

// Of Pods that may prove that enough remain. A removal reads far fewer.
constexpr std::size_t kMostPods = 64;
constexpr int kLevels = 4;  // of owners, as a removal reads them

Pod pod_of(const std::string& name, const PodRecord& record) {
  Pod pod;
  pod.name = name;
  pod.uid = record.uid;
  pod.node = *record.node;
  for (const auto& [label, value] : record.labels) pod.labels.emplace(*label, *value);
  pod.ready = record.ready;
  pod.ending = record.ending;
  return pod;
}

/// The Services that list the Pod's uid as ready; null if none does.
const std::vector<Name>* listing(const Routes& routes, const PodRecord& pod) {
  const auto found = routes.services.find(pod.uid);
  return found == routes.services.end() ? nullptr : &found->second;
}

/// Whether one of the Services that list the Pod selects `wanted`.
bool is_beside(const Routes& routes, const PodRecord& pod, const Labels& wanted) {
  const std::vector<Name>* services = listing(routes, pod);
  return services != nullptr && std::any_of(services->begin(), services->end(), [&](const Name& service) {
           const auto selector = routes.selectors->find(*service);
           return selector != routes.selectors->end() && selects(selector->second, wanted);
         });
}

Traffic traffic_of(const PodTable::Pods& pods, const PodTable::Pods::value_type& one, const Routes& routes) {
  Traffic traffic;
  traffic.pod = pod_of(one.first, one.second);
  traffic.pods = {traffic.pod};
  for (const auto& [name, selector] : *routes.selectors) {
    Service service;
    service.name = name;
    service.selector = selector;
    traffic.services.push_back(std::move(service));
  }
  std::map<std::string, EndpointSlice> slices;  // one per Service
  const auto note = [&](const PodRecord& pod) {
    if (const std::vector<Name>* services = listing(routes, pod))
      for (const Name& service : *services)
        slices[*service].endpoints.push_back({.uid = pod.uid, .node = {}, .addresses = {}});
  };
  note(one.second);
  for (const auto& [name, pod] : pods) {
    if (traffic.pods.size() > kMostPods) break;
    if (!pod.ready || pod.ending || pod.uid == one.second.uid || !is_beside(routes, pod, traffic.pod.labels)) continue;
    traffic.pods.push_back(pod_of(name, pod));
    note(pod);
  }
  for (auto& [service, slice] : slices) {
    slice.service = service;
    traffic.slices.push_back(std::move(slice));
  }
  return traffic;
}

/// The paths of the owners with those uids, and of their owners, as far as their kinds are followed.
std::vector<std::string> owners_of(ClusterView& view, const std::string& name_space, std::vector<Name> uids) {
  std::vector<std::string> paths;
  const std::vector<ClusterView::FollowedObjects> kinds = view.all_objects(name_space);
  for (int level = 0; level < kLevels && !uids.empty(); ++level) {
    std::vector<Name> above;
    for (const ClusterView::FollowedObjects& kind : kinds) {
      const std::size_t slash = kind.path.rfind('/');
      kind.objects->read([&](const ObjectTable& table) {
        for (const auto& [name, object] : table.of(name_space)) {
          if (std::find(uids.begin(), uids.end(), object.uid) == uids.end()) continue;
          paths.push_back(KubeResource{kind.path.substr(0, slash), kind.path.substr(slash + 1)}.path(name_space, name));
          above.insert(above.end(), object.owners.begin(), object.owners.end());
        }
      });
    }
    uids = std::move(above);
  }
  return paths;
}

}  // namespace

std::optional<Expectation> expectation_of(ClusterView& view, const std::string& name_space, const std::string& pod) {
  if (!view.follows_routes(name_space)) return std::nullopt;  // then pods() would begin to follow them
  const auto routes = view.routes(name_space);
  if (!routes) return std::nullopt;
  std::optional<Expectation> expected;
  std::vector<Name> owners;
  view.pods(name_space)->read([&](const PodTable& table) {
    const PodTable::Pods& pods = table.of(name_space);
    const auto found = pods.find(pod);
    if (found == pods.end()) return;
    expected.emplace().traffic = traffic_of(pods, *found, *routes);
    owners = found->second.owners;
  });
  if (expected) expected->owners = owners_of(view, name_space, std::move(owners));
  return expected;
}

}  // namespace podload::pod_load
