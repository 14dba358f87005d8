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

void TrafficReader::ask(Round& round, KubeClient& kube) {
  switch (have_) {
    case Have::nothing:
      ask_slices(round, kube);
      return ask_all(round, !some_suffice(traffic_, cluster_, value_));
    case Have::memory: return ask_witnesses(round);
    case Have::witnesses:
      if (!witnesses_suffice()) return ask_all(round, true);
      have_ = Have::enough;
      return;
    case Have::enough: return;
  }
}

/// The own slices of the Services that select the Pod now, or will: those of others, in a large
/// namespace, are most of what a removal would wait for.
void TrafficReader::ask_slices(Round& round, KubeClient& kube) {
  Labels after = traffic_.pod.labels;
  after[cluster_.label.name] = value_;
  std::vector<std::string> names;
  for (const Service& service : traffic_.services)
    if (selects(service.selector, traffic_.pod.labels) || selects(service.selector, after)) names.push_back(service.name);
  const std::string own = std::string(kManagedByLabel) + "=" + std::string(kOwnManager) + "," + of_services(names);
  round.ask(slices_path(kube, name_space_) + "?labelSelector=" + percent_encode(own), [this](const KubeReply& reply) {
    SliceList list = read_slices(body_of(reply, "list endpointslices"));
    std::ranges::move(list.slices, std::back_inserter(traffic_.slices));
    traffic_.slices_version = std::move(list.version);
  });
}

/// Lists that together have every Pod of the Services whose match changes, out or not. From the API
/// server's memory unless `live`: from its disk, the server decodes every Pod of the namespace.
void TrafficReader::ask_all(Round& round, bool live) {
  have_ = live ? Have::enough : Have::memory;
  traffic_.pods = {traffic_.pod};  // as it was read on its own, live
  seen_ = {traffic_.pod.uid};
  std::set<std::string> queries;
  for (const Service* service : changed_services(traffic_.services, traffic_.pod.labels, cluster_.label.name, value_))
    queries.insert(as_query(service->selector, cluster_.label.name));
  for (const std::string& query : queries)
    round.ask(pods_path(name_space_) + "?labelSelector=" + percent_encode(query) + (live ? "" : "&resourceVersion=0"),
              [this](const KubeReply& reply) {
                const JsonDocument list(body_of(reply, "list pods"));
                list.root()["items"].each([this](JsonView item) {
                  if (seen_.insert(item["metadata"]["uid"].string()).second) traffic_.pods.push_back(read_pod(item));
                });
              });
}

void TrafficReader::ask_witnesses(Round& round) {
  auto names = witnesses(traffic_, cluster_, value_);
  if (!names) return ask_all(round, true);
  have_ = Have::witnesses;
  names_ = std::move(*names);
  for (const std::string& name : names_)
    round.ask(pod_path(name_space_, name), [this](const KubeReply& reply) {
      if (reply.status != 404) witnesses_.push_back(read_pod(JsonDocument(body_of(reply, "get pods")).root()));
    });
}

/// Whether what was read live shows, alone, that every lost Service keeps its minimum. It takes the
/// place of what the API server remembered.
bool TrafficReader::witnesses_suffice() {
  std::vector<Pod> remembered = std::exchange(traffic_.pods, {traffic_.pod});
  std::move(witnesses_.begin(), witnesses_.end(), std::back_inserter(traffic_.pods));
  const bool suffice = witnesses(traffic_, cluster_, value_).has_value();
  for (Pod& pod : remembered)
    if (pod.uid != traffic_.pod.uid && names_.count(pod.name) == 0) traffic_.pods.push_back(std::move(pod));
  return suffice;
}

}  // namespace podload::pod_load
