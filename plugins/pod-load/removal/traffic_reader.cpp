#include "removal/traffic_reader.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "kube/paths.hpp"
#include "podload/encoding.hpp"
#include "removal/serving.hpp"

namespace podload::pod_load {
namespace {

/// The managed slices of the Services that select the Pod now or after the change. In a large namespace, the slices of
/// the other Services would take most of a removal's time.
std::string own_slices_path(KubeClient& kube, const std::string& name_space, const Traffic& traffic, const std::string& label, const std::string& value) {
  Labels after = traffic.pod.labels;
  after[label] = value;
  std::vector<std::string> names;
  for (const Service& service : traffic.services)
    if (selects(service.selector, traffic.pod.labels) || selects(service.selector, after)) names.push_back(service.name);
  const std::string own = std::string(kManagedByLabel) + "=" + std::string(kOwnManager) + "," + of_services(names);
  return slices_path(kube, name_space) + "?labelSelector=" + percent_encode(own);
}

/// All Pods of the Services whose match changes, removed or not. Unless `live`, from the API server's cache: for a live
/// list the server decodes every Pod of the namespace.
std::set<std::string> pod_list_paths(const std::string& name_space, const Traffic& traffic, const std::string& label, const std::string& value,
                                     bool live) {
  std::set<std::string> paths;
  for (const Service* service : changed_services(traffic.services, traffic.pod.labels, label, value))
    paths.insert(pods_path(name_space) + "?labelSelector=" + percent_encode(as_query(service->selector, label)) + (live ? "" : "&resourceVersion=0"));
  return paths;
}

}  // namespace

TrafficReader::TrafficReader(std::string name_space, const Cluster& cluster, std::string value, Traffic traffic)
    : name_space_(std::move(name_space)), cluster_(cluster), value_(std::move(value)), traffic_(std::move(traffic)) {}

std::vector<std::string> TrafficReader::paths(KubeClient& kube, const std::string& name_space, const Cluster& cluster, const std::string& value,
                                              const Traffic& expected) {
  std::vector<std::string> paths{own_slices_path(kube, name_space, expected, cluster.label.name, value)};
  const bool suffice = some_suffice(expected, cluster, value);
  const auto names = suffice ? witnesses(expected, cluster, value) : std::nullopt;
  std::ranges::copy(pod_list_paths(name_space, expected, cluster.label.name, value, !suffice), std::back_inserter(paths));
  if (names)
    for (const std::string& name : *names) paths.push_back(pod_path(name_space, name));
  return paths;
}

void TrafficReader::add_reads(ReadBatch& batch, KubeClient& kube) {
  switch (have_) {
    case Have::nothing:
      add_slices(batch, kube);
      return add_all_pods(batch, !some_suffice(traffic_, cluster_, value_));
    case Have::cached: return add_witnesses(batch);
    case Have::witnesses:
      if (!witnesses_suffice()) return add_all_pods(batch, true);
      have_ = Have::enough;
      return;
    case Have::enough: return;
  }
}

void TrafficReader::add_slices(ReadBatch& batch, KubeClient& kube) {
  batch.add(own_slices_path(kube, name_space_, traffic_, cluster_.label.name, value_), [this](const KubeReply& reply) {
    SliceList list = read_slices(body_of(reply, "list endpointslices"));
    std::ranges::move(list.slices, std::back_inserter(traffic_.slices));
    traffic_.slices_version = std::move(list.version);
  });
}

void TrafficReader::add_all_pods(ReadBatch& batch, bool live) {
  have_ = live ? Have::enough : Have::cached;
  traffic_.pods = {traffic_.pod};  // it was read live
  seen_ = {traffic_.pod.uid};
  for (const std::string& path : pod_list_paths(name_space_, traffic_, cluster_.label.name, value_, live))
    batch.add(path, [this](const KubeReply& reply) {
      const JsonDocument list(body_of(reply, "list pods"));
      list.root()["items"].each([this](JsonView item) {
        if (seen_.insert(item["metadata"]["uid"].string()).second) traffic_.pods.push_back(read_pod(item));
      });
    });
}

void TrafficReader::add_witnesses(ReadBatch& batch) {
  // The cache lists in any order. In this one, the first that serve are also those that are expected to.
  std::ranges::sort(traffic_.pods, {}, &Pod::name);
  auto names = witnesses(traffic_, cluster_, value_);
  if (!names) return add_all_pods(batch, true);
  have_ = Have::witnesses;
  names_ = std::move(*names);
  for (const std::string& name : names_)
    batch.add(pod_path(name_space_, name), [this](const KubeReply& reply) {
      if (reply.status != 404) witnesses_.push_back(read_pod(JsonDocument(body_of(reply, "get pods")).root()));
    });
}

/// Whether the Pods that were read live prove that every lost Service keeps its minimum. They replace their cached
/// versions.
bool TrafficReader::witnesses_suffice() {
  std::vector<Pod> cached = std::exchange(traffic_.pods, {traffic_.pod});
  std::move(witnesses_.begin(), witnesses_.end(), std::back_inserter(traffic_.pods));
  const bool suffice = witnesses(traffic_, cluster_, value_).has_value();
  for (Pod& pod : cached)
    if (pod.uid != traffic_.pod.uid && names_.count(pod.name) == 0) traffic_.pods.push_back(std::move(pod));
  return suffice;
}

}  // namespace podload::pod_load
