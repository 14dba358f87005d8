#include "facts_reader.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "counted_pods.hpp"
#include "kube/round.hpp"
#include "owner_climb.hpp"
#include "podload/error.hpp"
#include "serving.hpp"
#include "warnings_reader.hpp"

namespace podload {
namespace {

/// The own slices of the Services that select the Pod now, or will: those of others, in a large
/// namespace, are most of what a removal would wait for.
std::string own_slices_path(KubeClient& kube, const std::string& name_space, const Facts& facts, const LoadLabel& label,
                            const std::string& value) {
  Labels after = facts.pod.labels;
  after[label.name] = value;
  std::vector<std::string> names;
  for (const Service& service : facts.services)
    if (selects(service.selector, facts.pod.labels) || selects(service.selector, after)) names.push_back(service.name);
  return slices_path(kube, name_space) + "?labelSelector=" +
         url_part(std::string(kManagedByLabel) + "=" + std::string(kOwnManager) + "," + of_services(names));
}

}  // namespace

std::string pods_path(const std::string& name_space) { return "/api/v1/namespaces/" + url_part(name_space) + "/pods"; }

std::string pod_path(const std::string& name_space, const std::string& pod) { return pods_path(name_space) + "/" + url_part(pod); }

std::string services_path(const std::string& name_space) { return "/api/v1/namespaces/" + url_part(name_space) + "/services"; }

std::string slices_path(KubeClient& kube, const std::string& name_space) {
  const auto group = kube.group_path("discovery.k8s.io", {"v1", "v1beta1"});
  if (!group) throw Error("cluster_lacks", {{"what", "EndpointSlices (discovery.k8s.io)"}});
  return *group + "/namespaces/" + url_part(name_space) + "/endpointslices";
}

std::string foreign_slices_path(KubeClient& kube, const std::string& name_space) {
  return slices_path(kube, name_space) + "?labelSelector=" + url_part(std::string(kManagedByLabel) + "!=" + std::string(kOwnManager));
}

std::string of_services(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ",") + name;
  return std::string(kServiceNameLabel) + " in (" + joined + ")";
}

SliceList read_slices(const std::string& body) {
  const JsonDocument document(body);
  SliceList list;
  list.version = document.root()["metadata"]["resourceVersion"].string();
  document.root()["items"].each([&](JsonView item) { list.slices.push_back(read_slice(item)); });
  return list;
}

std::vector<Service> read_services(const std::string& body) {
  const JsonDocument document(body);
  std::vector<Service> services;
  document.root()["items"].each([&](JsonView item) { services.push_back(read_service(item)); });
  return services;
}

void FactsReader::ask_pod_and_services(Round& round, const std::string& name_space, const std::string& pod, Facts& facts) {
  round.ask(pod_path(name_space, pod), [&facts](const KubeReply& reply) {
    facts.pod = read_pod(JsonDocument(body_of(reply, "get pods", "pod_not_found")).root());
  });
  round.ask(services_path(name_space), [&facts](const KubeReply& reply) { facts.services = read_services(body_of(reply, "list services")); });
}

Facts FactsReader::read_for_removal(KubeClient& kube, const Cluster& cluster, const std::string& name_space, const std::string& pod,
                                    const std::string& value, const std::set<std::string>& pending) const {
  Facts facts;
  facts.pending = pending;
  WarningsReader warnings(kube, name_space);
  Round round;
  ask_pod_and_services(round, name_space, pod, facts);
  round.ask(foreign_slices_path(kube, name_space),
            [&](const KubeReply& reply) { facts.slices = read_slices(body_of(reply, "list endpointslices")).slices; });
  warnings.ask_lists();
  round.run(kube);

  // What the Pod and the Services lead to; then, while there is more of them, owners and Pods.
  OwnerClimb owners(kube, name_space, types_, facts);
  CountedPods pods(name_space, cluster, value, facts);
  round.ask(own_slices_path(kube, name_space, facts, cluster.label, value), [&](const KubeReply& reply) {
    SliceList own = read_slices(body_of(reply, "list endpointslices"));
    std::ranges::move(own.slices, std::back_inserter(facts.slices));
    facts.slices_version = std::move(own.version);
  });
  warnings.ask_node(facts);
  do {
    owners.ask(round);
    pods.ask(round);
  } while (round.run(kube));
  warnings.note_removal(cluster.label, value, facts);
  return facts;
}

Facts FactsReader::read_for_restore(KubeClient& kube, const Cluster& cluster, const std::string& name_space, const std::string& pod,
                                    const std::string& value) const {
  Facts facts;
  WarningsReader warnings(kube, name_space);
  Round round;
  ask_pod_and_services(round, name_space, pod, facts);
  round.run(kube);
  warnings.ask_owner(facts);
  std::vector<std::string> gained;
  for (const std::string& back : {value, facts.pod.previous_value.empty() ? value : facts.pod.previous_value})
    for (const Service* service : changed_services(facts.services, facts.pod.labels, cluster.label.name, back))
      if (std::find(gained.begin(), gained.end(), service->name) == gained.end()) gained.push_back(service->name);
  round.ask(slices_path(kube, name_space) + "?labelSelector=" + url_part(of_services(gained)), [&](const KubeReply& reply) {
    SliceList list = read_slices(body_of(reply, "list endpointslices"));
    facts.slices = std::move(list.slices);
    facts.slices_version = std::move(list.version);
  });
  round.run(kube);
  facts.pods = {facts.pod};
  warnings.note_restore(types_, facts);
  return facts;
}

}  // namespace podload
