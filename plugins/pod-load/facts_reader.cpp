#include "facts_reader.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "counted_pods.hpp"
#include "kube/round.hpp"
#include "owner_climb.hpp"
#include "podload/error.hpp"
#include "serving.hpp"

namespace podload {
namespace {

/// The optional kinds of a namespace, each with the versions that are understood.
struct OptionalKind {
  const char* group;
  std::vector<std::string> versions;
  const char* plural;
};
const std::vector<OptionalKind>& optional_kinds() {
  static const std::vector<OptionalKind> kKinds{{"autoscaling", {"v1"}, "horizontalpodautoscalers"},
                                                {"policy", {"v1", "v1beta1"}, "poddisruptionbudgets"},
                                                {"networking.k8s.io", {"v1"}, "networkpolicies"}};
  return kKinds;
}

/// Those lists, kept until the owners are known.
class OptionalLists {
 public:
  void ask(Round& round, KubeClient& kube, const std::string& name_space) {
    for (const OptionalKind& kind : optional_kinds())
      if (const auto path = kube.group_path(kind.group, kind.versions))
        round.ask(*path + "/namespaces/" + url_part(name_space) + "/" + kind.plural,
                  [this, plural = kind.plural](const KubeReply& reply) { replies_[plural] = reply; });
  }

  /// Nothing where the server has no such kind. What may not be read is noted.
  std::optional<JsonDocument> of(const std::string& plural, Facts& facts) const {
    const auto reply = replies_.find(plural);
    if (reply == replies_.end() || reply->second.status == 404) return std::nullopt;
    if (reply->second.status == 200) return JsonDocument(reply->second.body);
    facts.unreadable.push_back(plural);
    return std::nullopt;
  }

 private:
  std::map<std::string, KubeReply> replies_;
};

void read_budgets(const OptionalLists& lists, const LoadLabel& label, Facts& facts) {
  const auto list = lists.of("poddisruptionbudgets", facts);
  if (!list) return;
  list->root()["items"].each([&](JsonView item) {
    const JsonView selector = item["spec"]["selector"];
    if (!selector || !label_selector_matches(selector, facts.pod.labels)) return;
    facts.budgets.push_back({item["metadata"]["name"].string(), item["status"]["currentHealthy"].number(),
                             item["status"]["desiredHealthy"].number(), selector_keys(selector).count(label.name) > 0});
  });
}

void read_policies(const OptionalLists& lists, const LoadLabel& label, Facts& facts) {
  const auto list = lists.of("networkpolicies", facts);
  if (!list) return;
  list->root()["items"].each([&](JsonView item) {
    bool looks = selector_keys(item["spec"]["podSelector"]).count(label.name) > 0;
    for (const char* direction : {"ingress", "egress"})
      item["spec"][direction].each([&](JsonView rule) {
        for (const char* peers : {"from", "to"})
          rule[peers].each([&](JsonView peer) { looks = looks || selector_keys(peer["podSelector"]).count(label.name) > 0; });
      });
    if (looks) facts.policies.push_back(item["metadata"]["name"].string());
  });
}

void read_autoscalers(const OptionalLists& lists, Facts& facts) {
  const auto list = lists.of("horizontalpodautoscalers", facts);
  if (!list) return;
  list->root()["items"].each([&](JsonView item) {
    const JsonView target = item["spec"]["scaleTargetRef"];
    const bool scales = std::any_of(facts.owners.begin(), facts.owners.end(), [&](const Owner& owner) {
      return owner.kind == target["kind"].text() && owner.name == target["name"].text();
    });
    if (scales) facts.autoscalers.push_back(item["metadata"]["name"].string());
  });
}

std::string foreign_slices_path(KubeClient& kube, const std::string& name_space) {
  return slices_path(kube, name_space) + "?labelSelector=" + url_part(std::string(kManagedByLabel) + "!=" + std::string(kOwnManager));
}

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

void ask_node(Round& round, Facts& facts) {
  if (facts.pod.node.empty()) return;
  round.ask("/api/v1/nodes/" + url_part(facts.pod.node), [&facts](const KubeReply& reply) {
    if (reply.status == 200)
      facts.node_is_draining = JsonDocument(reply.body).root()["spec"]["unschedulable"].flag();
    else
      facts.unreadable.push_back("nodes");
  });
}

}  // namespace

std::string pods_path(const std::string& name_space) { return "/api/v1/namespaces/" + url_part(name_space) + "/pods"; }

std::string pod_path(const std::string& name_space, const std::string& pod) { return pods_path(name_space) + "/" + url_part(pod); }

std::string slices_path(KubeClient& kube, const std::string& name_space) {
  const auto group = kube.group_path("discovery.k8s.io", {"v1", "v1beta1"});
  if (!group) throw Error("cluster_lacks", {{"what", "EndpointSlices (discovery.k8s.io)"}});
  return *group + "/namespaces/" + url_part(name_space) + "/endpointslices";
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

Facts FactsReader::read(KubeClient& kube, const Cluster& cluster, const std::string& name_space, const std::string& pod,
                        const std::string& value, const std::set<std::string>& pending) const {
  Facts facts;
  facts.pending = pending;
  OptionalLists lists;
  Round round;
  round.ask(pod_path(name_space, pod), [&](const KubeReply& reply) {
    facts.pod = read_pod(JsonDocument(body_of(reply, "get pods", "pod_not_found")).root());
  });
  round.ask("/api/v1/namespaces/" + url_part(name_space) + "/services",
            [&](const KubeReply& reply) { facts.services = read_services(body_of(reply, "list services")); });
  round.ask(foreign_slices_path(kube, name_space),
            [&](const KubeReply& reply) { facts.slices = read_slices(body_of(reply, "list endpointslices")).slices; });
  lists.ask(round, kube, name_space);
  round.run(kube);

  // What the Pod and the Services lead to; then, while there is more of them, owners and Pods.
  OwnerClimb owners(kube, name_space, types_, facts);
  CountedPods pods(name_space, cluster, value, facts);
  round.ask(own_slices_path(kube, name_space, facts, cluster.label, value), [&](const KubeReply& reply) {
    SliceList own = read_slices(body_of(reply, "list endpointslices"));
    std::ranges::move(own.slices, std::back_inserter(facts.slices));
    facts.slices_version = std::move(own.version);
  });
  ask_node(round, facts);
  do {
    owners.ask(round);
    pods.ask(round);
  } while (round.run(kube));
  read_budgets(lists, cluster.label, facts);
  read_policies(lists, cluster.label, facts);
  read_autoscalers(lists, facts);
  return facts;
}

}  // namespace podload
