#include "removal/owner_reader.hpp"

#include <algorithm>
#include <utility>

#include "workloads/workload_catalog.hpp"

namespace podload::pod_load {
namespace {

constexpr int kHighest = 4;            // ReplicaSet, Deployment, and owners of that
constexpr std::size_t kMostOwners = 8; // per object; no controller sets more

std::vector<OwnerReference> at_most(std::vector<OwnerReference> owners) {
  // The controlling owner comes first, so that it is never dropped.
  std::stable_partition(owners.begin(), owners.end(), [](const OwnerReference& owner) { return owner.controller; });
  if (owners.size() > kMostOwners) owners.resize(kMostOwners);
  return owners;
}

}  // namespace

std::set<std::string> owner_selector_keys(const WorkloadType* type, JsonView object) {
  return selector_keys(type != nullptr && !type->selector.empty() ? object.at(type->selector) : object["spec"]["selector"]);
}

OwnerReader::OwnerReader(KubeClient& kube, std::string name_space, const WorkloadTypes& types, const Pod& pod)
    : kube_(kube), name_space_(std::move(name_space)), types_(types), next_(at_most(pod.owners)) {}

void OwnerReader::add_reads(ReadBatch& batch) {
  if (level_ == kHighest) return;
  ++level_;
  for (const OwnerReference& reference : std::exchange(next_, {})) {
    // As in the list of a workload's Pods, owner references count whether controlling or not.
    const bool decides = level_ == 1 && (reference.controller || types_.of(reference.api_version, reference.kind) != nullptr);
    if (const auto resource = kube_.resource(reference.api_version, reference.kind))
      batch.add(resource->path(name_space_, reference.name), [this, reference, decides](const KubeReply& reply) { note(reference, decides, reply); });
    else
      found_.owners.push_back({.kind = reference.kind, .name = reference.name, .nearest = decides, .unreadable = true});
  }
}

void OwnerReader::note(const OwnerReference& reference, bool decides, const KubeReply& reply) {
  if (reply.status == 404) return;  // it does not exist any more, so it cannot act on the label
  Owner owner{.kind = reference.kind, .name = reference.name, .nearest = decides, .unreadable = reply.status != 200};
  if (owner.unreadable && reply.status != 403) {
    if (decides) body_of(reply, "get " + reference.kind);  // throws: the read must succeed
    found_.unanswered_owners.push_back(reference.kind + "/" + reference.name);
    return;
  }
  if (!owner.unreadable) {
    const JsonDocument document(reply.body);
    const JsonView object = document.root();
    const WorkloadType* const type = types_.of(reference.api_version, reference.kind);
    owner.selector_keys = owner_selector_keys(type, object);
    owner.has_deadline = static_cast<bool>(object["spec"]["activeDeadlineSeconds"]);
    for (OwnerReference& above : at_most(read_owners(object))) next_.push_back(std::move(above));
    if (type != nullptr) {
      found_.service_roles.merge(named_services(*type, object));
      if (found_.unavailable_label.empty()) found_.unavailable_label = type->unavailable_label;
    }
  }
  found_.owners.push_back(std::move(owner));
}

}  // namespace podload::pod_load
