#include "facts_reader.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <ranges>
#include <span>
#include <utility>

#include "podload/error.hpp"
#include "serving.hpp"
#include "workload_catalog.hpp"

namespace podload {
namespace {

constexpr int kHighestOwner = 4;  // Pod, ReplicaSet, Deployment, and what may own that

KubeRequest get(std::string path) {
  KubeRequest request;
  request.path = std::move(path);
  return request;
}

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

/// The first round: the Pod, and the namespace's Services, foreign slices and what may count Pods.
class FirstRound {
 public:
  FirstRound(KubeClient& kube, const std::string& name_space, const std::string& pod) {
    const std::string foreign = std::string(kManagedByLabel) + "!=" + std::string(kOwnManager);
    requests_ = {get(pod_path(name_space, pod)), get("/api/v1/namespaces/" + url_part(name_space) + "/services"),
                 get(slices_path(kube, name_space) + "?labelSelector=" + url_part(foreign))};
    for (const OptionalKind& kind : optional_kinds()) {
      const auto path = kube.group_path(kind.group, kind.versions);
      if (!path) continue;
      kinds_.push_back(kind.plural);
      requests_.push_back(get(*path + "/namespaces/" + url_part(name_space) + "/" + kind.plural));
    }
    replies_ = kube.send_all(requests_);
  }

  const std::string& pod() const { return body_of(replies_[0], "get pods", "pod_not_found"); }
  const std::string& services() const { return body_of(replies_[1], "list services"); }
  const std::string& foreign_slices() const { return body_of(replies_[2], "list endpointslices"); }

  /// The list of an optional kind; nothing where the server has none. What may not be read is noted.
  std::optional<JsonDocument> optional(const std::string& plural, Facts& facts) const {
    const auto at = std::find(kinds_.begin(), kinds_.end(), plural);
    if (at == kinds_.end()) return std::nullopt;
    const KubeReply& reply = replies_[3 + static_cast<std::size_t>(at - kinds_.begin())];
    if (reply.status == 200) return JsonDocument(reply.body);
    if (reply.status != 404) facts.unreadable.push_back(plural);
    return std::nullopt;
  }

 private:
  std::vector<std::string> kinds_;
  std::vector<KubeRequest> requests_;
  std::vector<KubeReply> replies_;
};

void read_budgets(const FirstRound& first, const LoadLabel& label, Facts& facts) {
  const auto list = first.optional("poddisruptionbudgets", facts);
  if (!list) return;
  list->root()["items"].each([&](JsonView item) {
    const JsonView selector = item["spec"]["selector"];
    if (!selector || !label_selector_matches(selector, facts.pod.labels)) return;
    facts.budgets.push_back({item["metadata"]["name"].string(), item["status"]["currentHealthy"].number(),
                             item["status"]["desiredHealthy"].number(), selector_keys(selector).count(label.name) > 0});
  });
}

void read_policies(const FirstRound& first, const LoadLabel& label, Facts& facts) {
  const auto list = first.optional("networkpolicies", facts);
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

void read_autoscalers(const FirstRound& first, Facts& facts) {
  const auto list = first.optional("horizontalpodautoscalers", facts);
  if (!list) return;
  list->root()["items"].each([&](JsonView item) {
    const JsonView target = item["spec"]["scaleTargetRef"];
    const bool scales = std::any_of(facts.owners.begin(), facts.owners.end(), [&](const Owner& owner) {
      return owner.kind == target["kind"].text() && owner.name == target["name"].text();
    });
    if (scales) facts.autoscalers.push_back(item["metadata"]["name"].string());
  });
}

/// The controlling owner, or the only one.
const OwnerReference* controller_of(const std::vector<OwnerReference>& owners) {
  const auto found = std::find_if(owners.begin(), owners.end(), [](const OwnerReference& owner) { return owner.controller; });
  return found == owners.end() ? nullptr : &*found;
}

std::optional<KubeRequest> owner_request(KubeClient& kube, const std::string& name_space, const OwnerReference& reference) {
  const auto resource = kube.resource(reference.api_version, reference.kind);
  if (!resource) return std::nullopt;
  return get(resource->path(name_space, reference.name));
}

/// What the owner's type says about its Services, and about a Pod of it that is out.
void note_type(const WorkloadType& type, JsonView object, Facts& facts) {
  facts.service_roles.merge(named_services(type, object));
  if (facts.pod.unavailable_label.empty()) facts.pod.unavailable_label = type.unavailable_label;
}

/// Notes the owner; returns the one above it.
std::optional<OwnerReference> note_owner(const OwnerReference& reference, const KubeReply* reply, const WorkloadTypes& types, Facts& facts) {
  Owner owner{reference.kind, reference.name, facts.owners.empty(), false, {}, false};
  if (reply == nullptr || (reply->status != 200 && reply->status != 404)) {
    owner.unreadable = true;
    facts.owners.push_back(std::move(owner));
    return std::nullopt;
  }
  if (reply->status == 404) return std::nullopt;  // gone: nothing is left that could act on the label
  const JsonDocument document(reply->body);
  const JsonView object = document.root();
  owner.selector_keys = selector_keys(object["spec"]["selector"]);
  owner.has_deadline = static_cast<bool>(object["spec"]["activeDeadlineSeconds"]);
  facts.owners.push_back(std::move(owner));
  if (const WorkloadType* const type = types.of(reference.api_version, reference.kind)) note_type(*type, object, facts);
  const std::vector<OwnerReference> above = read_owners(object);
  const OwnerReference* next = controller_of(above);
  return next == nullptr ? std::nullopt : std::optional(*next);
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

/// Lists that together have every Pod of the Services whose match changes, out or not. From the API
/// server's memory unless `live`: from its disk, the server decodes every Pod of the namespace.
std::vector<KubeRequest> pod_lists(const std::string& name_space, const Facts& facts, const LoadLabel& label, const std::string& value,
                                   bool live) {
  std::set<std::string> queries;
  for (const Service* service : changed_services(facts.services, facts.pod.labels, label.name, value))
    queries.insert(as_query(service->selector, label.name));
  std::vector<KubeRequest> lists;
  for (const std::string& query : queries)
    lists.push_back(get(pods_path(name_space) + "?labelSelector=" + url_part(query) + (live ? "" : "&resourceVersion=0")));
  return lists;
}

/// The Pods of those lists, each once; the Pod itself as it was read on its own, live.
void take_pods(std::span<const KubeReply> lists, Facts& facts) {
  facts.pods = {facts.pod};
  std::set<std::string> seen{facts.pod.uid};
  for (const KubeReply& reply : lists) {
    const JsonDocument list(body_of(reply, "list pods"));
    list.root()["items"].each([&](JsonView item) {
      if (seen.insert(item["metadata"]["uid"].string()).second) facts.pods.push_back(read_pod(item));
    });
  }
}

/// Puts what was read live in the place of what the API server remembered. Returns whether those
/// alone show that every lost Service keeps its minimum.
bool take_witnesses(const std::set<std::string>& names, std::span<const KubeReply> replies, const Cluster& cluster,
                    const std::string& value, Facts& facts) {
  std::vector<Pod> remembered = std::exchange(facts.pods, {facts.pod});
  for (const KubeReply& reply : replies)
    if (reply.status != 404) facts.pods.push_back(read_pod(JsonDocument(body_of(reply, "get pods")).root()));
  const bool shown = witnesses(facts, cluster, value).has_value();
  for (Pod& pod : remembered)
    if (pod.uid != facts.pod.uid && names.count(pod.name) == 0) facts.pods.push_back(std::move(pod));
  return shown;
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
  const FirstRound first(kube, name_space, pod);
  facts.pod = read_pod(JsonDocument(first.pod()).root());
  facts.services = read_services(first.services());
  facts.slices = read_slices(first.foreign_slices()).slices;

  // The second round: the slices and the Pods of the Services that it is about, the nearest owner,
  // the node.
  const bool some = some_suffice(facts, cluster, value);
  std::vector<KubeRequest> requests{get(own_slices_path(kube, name_space, facts, cluster.label, value))};
  const OwnerReference* nearest = controller_of(facts.pod.owners);
  std::optional<KubeRequest> owner = nearest == nullptr ? std::nullopt : owner_request(kube, name_space, *nearest);
  if (owner) requests.push_back(*owner);
  const bool has_node = !facts.pod.node.empty();
  if (has_node) requests.push_back(get("/api/v1/nodes/" + url_part(facts.pod.node)));
  std::ranges::move(pod_lists(name_space, facts, cluster.label, value, !some), std::back_inserter(requests));
  std::vector<KubeReply> replies = kube.send_all(requests);

  auto reply = replies.begin();
  SliceList own = read_slices(body_of(*reply++, "list endpointslices"));
  std::move(own.slices.begin(), own.slices.end(), std::back_inserter(facts.slices));
  facts.slices_version = std::move(own.version);
  std::optional<OwnerReference> above;
  if (nearest != nullptr) above = note_owner(*nearest, owner ? &*reply : nullptr, types_, facts);
  if (owner) ++reply;
  if (has_node) {
    if (reply->status == 200)
      facts.node_is_draining = JsonDocument(reply->body).root()["spec"]["unschedulable"].flag();
    else
      facts.unreadable.push_back("nodes");
    ++reply;
  }
  take_pods(std::span(reply, replies.end()), facts);

  // The third: of those Pods as many live as the verdict needs, and the next owner.
  const auto names = some ? witnesses(facts, cluster, value) : std::nullopt;
  const bool all_again = some && !names;
  requests.clear();
  if (names)
    for (const std::string& name : *names) requests.push_back(get(pod_path(name_space, name)));
  if (all_again) requests = pod_lists(name_space, facts, cluster.label, value, true);
  owner = above ? owner_request(kube, name_space, *above) : std::nullopt;
  if (owner) requests.push_back(*owner);
  replies = kube.send_all(requests);
  if (above) above = note_owner(*above, owner ? &replies.back() : nullptr, types_, facts);
  if (owner) replies.pop_back();
  if (all_again) take_pods(replies, facts);
  if (names && !take_witnesses(*names, replies, cluster, value, facts))
    take_pods(kube.send_all(pod_lists(name_space, facts, cluster.label, value, true)), facts);

  // The rounds after it: the owners above, one by one, as each names the next.
  for (int height = 2; above && height < kHighestOwner; ++height) {
    const OwnerReference reference = *above;
    const auto request = owner_request(kube, name_space, reference);
    const auto answer = request ? std::optional(kube.send(*request)) : std::nullopt;
    above = note_owner(reference, answer ? &*answer : nullptr, types_, facts);
  }
  read_budgets(first, cluster.label, facts);
  read_policies(first, cluster.label, facts);
  read_autoscalers(first, facts);
  return facts;
}

}  // namespace podload
