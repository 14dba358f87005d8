#include "removal/facts_reader.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "kube/paths.hpp"
#include "kube/read_batch.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "removal/owner_reader.hpp"
#include "removal/serving.hpp"
#include "removal/traffic_reader.hpp"
#include "removal/warnings_reader.hpp"

namespace podload::pod_load {
namespace {

void add_pod_and_services(ReadBatch& batch, const std::string& name_space, const std::string& pod, Traffic& traffic) {
  batch.add(pod_path(name_space, pod), [&traffic](const KubeReply& reply) {
    traffic.pod = read_pod(JsonDocument(body_of(reply, "get pods", "pod_not_found")).root());
  });
  batch.add(services_path(name_space), [&traffic](const KubeReply& reply) { traffic.services = read_services(body_of(reply, "list services")); });
}

}  // namespace

Facts FactsReader::read_for_removal(KubeClient& kube, const Cluster& cluster, const std::string& name_space, const std::string& pod,
                                    const std::string& value, const std::set<std::string>& pending) const {
  Traffic traffic;
  traffic.pending = pending;
  WarningsReader warnings(kube, name_space);
  ReadBatch batch;
  if (auto expected = expect_ ? expect_(cluster, name_space, pod) : std::nullopt) {
    expected->traffic.pending = pending;
    for (const std::string& path : TrafficReader::paths(kube, name_space, cluster, value, expected->traffic)) batch.send_ahead(kube, path);
    for (const std::string& path : expected->owners) batch.send_ahead(kube, path);
    warnings.request_node(expected->traffic.pod);
  }
  add_pod_and_services(batch, name_space, pod, traffic);
  batch.add(foreign_slices_path(kube, name_space),
            [&](const KubeReply& reply) { traffic.slices = read_slices(body_of(reply, "list endpointslices")).slices; });
  warnings.request_lists();
  batch.run(kube);

  // Owners and the Services' Pods, batch by batch until there are no more.
  warnings.request_node(traffic.pod);
  OwnerReader owners(kube, name_space, types_, traffic.pod);
  TrafficReader pods(name_space, cluster, value, std::move(traffic));
  do {
    owners.add_reads(batch);
    pods.add_reads(batch, kube);
  } while (batch.run(kube));

  Facts facts{pods.take(), owners.take(), {}};
  static_cast<Warnings&>(facts) = warnings.removal_warnings(facts.pod, facts.owners, cluster.label, value);
  return facts;
}

Facts FactsReader::read_for_restore(KubeClient& kube, const Cluster& cluster, const std::string& name_space, const std::string& pod,
                                    const std::string& value) const {
  Traffic traffic;
  WarningsReader warnings(kube, name_space);
  ReadBatch batch;
  add_pod_and_services(batch, name_space, pod, traffic);
  batch.run(kube);
  warnings.request_owner(traffic.pod);
  std::vector<std::string> gained;
  for (const std::string& back : {value, traffic.pod.previous_value.empty() ? value : traffic.pod.previous_value})
    for (const Service* service : changed_services(traffic.services, traffic.pod.labels, cluster.label.name, back))
      if (std::find(gained.begin(), gained.end(), service->name) == gained.end()) gained.push_back(service->name);
  batch.add(slices_path(kube, name_space) + "?labelSelector=" + percent_encode(of_services(gained)), [&](const KubeReply& reply) {
    SliceList list = read_slices(body_of(reply, "list endpointslices"));
    traffic.slices = std::move(list.slices);
    traffic.slices_version = std::move(list.version);
  });
  batch.run(kube);
  traffic.pods = {traffic.pod};
  WarningsReader::Restore above = warnings.restore_warnings(types_, traffic.pod);
  return {std::move(traffic), std::move(above.owners), std::move(above.warnings)};
}

}  // namespace podload::pod_load
