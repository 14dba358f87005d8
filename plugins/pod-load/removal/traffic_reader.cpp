#include "removal/traffic_reader.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "kube/paths.hpp"
#include "podload/encoding.hpp"
#include "removal/serving.hpp"

namespace podload::pod_load {

TrafficReader::TrafficReader(std::string name_space, const Cluster& cluster, std::string value, Traffic traffic)
    : name_space_(std::move(name_space)), cluster_(cluster), value_(std::move(value)), traffic_(std::move(traffic)) {}

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

/// The managed slices of the Services that select the Pod now or after the change. In a large namespace, the slices of
/// the other Services would take most of a removal's time.
void TrafficReader::add_slices(ReadBatch& batch, KubeClient& kube) {
  Labels after = traffic_.pod.labels;
  after[cluster_.label.name] = value_;
  std::vector<std::string> names;
  for (const Service& service : traffic_.services)
    if (selects(service.selector, traffic_.pod.labels) || selects(service.selector, after)) names.push_back(service.name);
  const std::string own = std::string(kManagedByLabel) + "=" + std::string(kOwnManager) + "," + of_services(names);
  batch.add(slices_path(kube, name_space_) + "?labelSelector=" + percent_encode(own), [this](const KubeReply& reply) {
    SliceList list = read_slices(body_of(reply, "list endpointslices"));
    std::ranges::move(list.slices, std::back_inserter(traffic_.slices));
    traffic_.slices_version = std::move(list.version);
  });
}

/// Lists all Pods of the Services whose match changes, removed or not. Unless `live`, from the API server's cache: for a
/// live list the server decodes every Pod of the namespace.
void TrafficReader::add_all_pods(ReadBatch& batch, bool live) {
  have_ = live ? Have::enough : Have::cached;
  traffic_.pods = {traffic_.pod};  // it was read live
  seen_ = {traffic_.pod.uid};
  std::set<std::string> queries;
  for (const Service* service : changed_services(traffic_.services, traffic_.pod.labels, cluster_.label.name, value_))
    queries.insert(as_query(service->selector, cluster_.label.name));
  for (const std::string& query : queries)
    batch.add(pods_path(name_space_) + "?labelSelector=" + percent_encode(query) + (live ? "" : "&resourceVersion=0"),
              [this](const KubeReply& reply) {
                const JsonDocument list(body_of(reply, "list pods"));
                list.root()["items"].each([this](JsonView item) {
                  if (seen_.insert(item["metadata"]["uid"].string()).second) traffic_.pods.push_back(read_pod(item));
                });
              });
}

void TrafficReader::add_witnesses(ReadBatch& batch) {
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
