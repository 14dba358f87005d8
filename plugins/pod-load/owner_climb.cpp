#include "owner_climb.hpp"

#include <algorithm>
#include <utility>

#include "workload_catalog.hpp"

namespace podload {
namespace {

constexpr std::size_t kHighest = 4;  // ReplicaSet, Deployment, and what may own that

/// The controlling owner.
std::optional<OwnerReference> controller_of(const std::vector<OwnerReference>& owners) {
  const auto found = std::find_if(owners.begin(), owners.end(), [](const OwnerReference& owner) { return owner.controller; });
  return found == owners.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

OwnerClimb::OwnerClimb(KubeClient& kube, std::string name_space, const WorkloadTypes& types, Facts& facts)
    : kube_(kube), name_space_(std::move(name_space)), types_(types), facts_(facts), next_(controller_of(facts.pod.owners)) {}

void OwnerClimb::ask(Round& round) {
  if (!next_ || facts_.owners.size() == kHighest) return;
  const OwnerReference reference = *std::exchange(next_, std::nullopt);
  if (const auto resource = kube_.resource(reference.api_version, reference.kind))
    round.ask(resource->path(name_space_, reference.name), [this, reference](const KubeReply& reply) { note(reference, reply); });
  else
    facts_.owners.push_back({reference.kind, reference.name, facts_.owners.empty(), true, {}, false});
}

void OwnerClimb::note(const OwnerReference& reference, const KubeReply& reply) {
  if (reply.status == 404) return;  // gone: nothing is left that could act on the label
  Owner owner{reference.kind, reference.name, facts_.owners.empty(), reply.status != 200, {}, false};
  if (!owner.unreadable) {
    const JsonDocument document(reply.body);
    const JsonView object = document.root();
    owner.selector_keys = selector_keys(object["spec"]["selector"]);
    owner.has_deadline = static_cast<bool>(object["spec"]["activeDeadlineSeconds"]);
    next_ = controller_of(read_owners(object));
    if (const WorkloadType* const type = types_.of(reference.api_version, reference.kind)) {
      facts_.service_roles.merge(named_services(*type, object));
      if (facts_.pod.unavailable_label.empty()) facts_.pod.unavailable_label = type->unavailable_label;
    }
  }
  facts_.owners.push_back(std::move(owner));
}

}  // namespace podload
