#include "removal/warnings_reader.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "removal/owner_reader.hpp"
#include "workloads/workload_catalog.hpp"

namespace podload::pod_load {
namespace {

constexpr std::chrono::milliseconds kWait{500};

/// The kinds that a removal warns of.
const std::vector<KubeKind>& kinds() {
  static const std::vector<KubeKind> kKinds{{"autoscaling", {"v1"}, "horizontalpodautoscalers"},
                                            {"policy", {"v1", "v1beta1"}, "poddisruptionbudgets"},
                                            {"networking.k8s.io", {"v1"}, "networkpolicies"}};
  return kKinds;
}

/// Calls `use` with the reply if it has arrived and is valid; else records the kind as not checked. If the server does
/// not have the kind or the object (404), there is nothing to warn of.
template <class Use>
void use(const SideReads& reads, const std::string& read, const std::string& name, Warnings& warnings, Use&& use) {
  const SideReads::Answer answer = reads.take(read);
  if (!answer.requested || (answer.reply && answer.reply->status == 404)) return;
  try {
    if (answer.reply && answer.reply->status == 200) return use(JsonDocument(answer.reply->body).root());
  } catch (const Error&) {
    // Invalid JSON counts as not read.
  }
  (answer.reply && answer.reply->status == 403 ? warnings.unreadable : warnings.unanswered).push_back(name);
}

template <class Use>
void use(const SideReads& reads, const std::string& name, Warnings& warnings, Use&& take) {
  use(reads, name, name, warnings, std::forward<Use>(take));
}

/// Whether the selector matches exactly one of the two sets of labels.
bool distinguishes(JsonView selector, const Labels& before, const Labels& after) {
  return selector && label_selector_matches(selector, before) != label_selector_matches(selector, after);
}

void note_budgets(JsonView list, const Labels& before, const Labels& after, Warnings& warnings) {
  list["items"].each([&](JsonView item) {
    const JsonView selector = item["spec"]["selector"];
    if (!selector || !label_selector_matches(selector, before)) return;
    warnings.budgets.push_back({item["metadata"]["name"].string(), item["status"]["currentHealthy"].number(),
                             item["status"]["desiredHealthy"].number(), !label_selector_matches(selector, after)});
  });
}

void note_policies(JsonView list, const Labels& before, const Labels& after, Warnings& warnings) {
  list["items"].each([&](JsonView item) {
    bool differs = distinguishes(item["spec"]["podSelector"], before, after);
    for (const char* direction : {"ingress", "egress"})
      item["spec"][direction].each([&](JsonView rule) {
        for (const char* peers : {"from", "to"})
          rule[peers].each([&](JsonView peer) { differs = differs || distinguishes(peer["podSelector"], before, after); });
      });
    if (differs) warnings.policies.push_back(item["metadata"]["name"].string());
  });
}

void note_autoscalers(JsonView list, const std::vector<Owner>& owners, Warnings& warnings) {
  list["items"].each([&](JsonView item) {
    const JsonView target = item["spec"]["scaleTargetRef"];
    const bool scales = std::any_of(owners.begin(), owners.end(), [&](const Owner& owner) {
      return owner.kind == target["kind"].text() && owner.name == target["name"].text();
    });
    if (scales) warnings.autoscalers.push_back(item["metadata"]["name"].string());
  });
}

std::optional<OwnerReference> controller_of(const std::vector<OwnerReference>& owners) {
  const auto found = std::find_if(owners.begin(), owners.end(), [](const OwnerReference& owner) { return owner.controller; });
  return found == owners.end() ? std::nullopt : std::optional(*found);
}

std::string name_of(const OwnerReference& owner) { return owner.kind + "/" + owner.name; }

bool names_services(const WorkloadType* type) { return type != nullptr && !type->services.empty(); }

}  // namespace

void WarningsReader::request_lists() {
  for (const KubeKind& kind : kinds()) {
    try {
      if (const auto path = kind.path(kube_, name_space_)) reads_.send(kube_, kind.plural, *path);
    } catch (const Error&) {  // discovery of that group fails
      undiscovered_.emplace_back(kind.plural);
    }
  }
}

void WarningsReader::request_node(const Pod& pod) {
  std::string path = pod.node.empty() ? std::string() : "/api/v1/nodes/" + percent_encode(pod.node);
  if (path == node_path_) return;
  node_path_ = std::move(path);
  if (!node_path_.empty()) reads_.send(kube_, node_path_, node_path_);
}

void WarningsReader::request_owner(const Pod& pod) {
  if (const auto owner = controller_of(pod.owners)) request(*owner);
}

Warnings WarningsReader::removal_warnings(const Pod& pod, const std::vector<Owner>& owners, const LoadLabel& label, const std::string& value) {
  reads_.wait(kWait);
  Warnings warnings;
  Labels after = pod.labels;
  after[label.name] = value;
  use(reads_, "poddisruptionbudgets", warnings, [&](JsonView list) { note_budgets(list, pod.labels, after, warnings); });
  use(reads_, "networkpolicies", warnings, [&](JsonView list) { note_policies(list, pod.labels, after, warnings); });
  use(reads_, "horizontalpodautoscalers", warnings, [&](JsonView list) { note_autoscalers(list, owners, warnings); });
  use(reads_, node_path_, "nodes", warnings, [&](JsonView node) { warnings.node_is_draining = node["spec"]["unschedulable"].flag(); });
  warnings.unanswered.insert(warnings.unanswered.end(), undiscovered_.begin(), undiscovered_.end());
  return warnings;
}

WarningsReader::Restore WarningsReader::restore_warnings(const WorkloadTypes& types, const Pod& pod) {
  Restore found;
  auto reference = controller_of(pod.owners);
  for (bool nearest = true; reference; nearest = false) {
    reads_.wait(kWait);
    const WorkloadType* const type = types.of(reference->api_version, reference->kind);
    std::optional<OwnerReference> above;
    use(reads_, name_of(*reference), found.warnings, [&](JsonView object) {
      found.owners.owners.push_back(
          {.kind = reference->kind, .name = reference->name, .nearest = nearest, .selector_keys = owner_selector_keys(type, object)});
      if (type != nullptr) found.owners.service_roles.merge(named_services(*type, object));
      above = controller_of(read_owners(object));
    });
    if (!above || !names_services(types.of(above->api_version, above->kind))) break;
    request(*above);
    reference = above;
  }
  found.warnings.unanswered.insert(found.warnings.unanswered.end(), undiscovered_.begin(), undiscovered_.end());
  return found;
}

void WarningsReader::request(const OwnerReference& owner) {
  try {
    if (const auto resource = kube_.resource(owner.api_version, owner.kind))
      reads_.send(kube_, name_of(owner), resource->path(name_space_, owner.name));
  } catch (const Error&) {
    undiscovered_.push_back(name_of(owner));
  }
}

}  // namespace podload::pod_load
