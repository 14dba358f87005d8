#include "live/view_reads.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "kube/paths.hpp"
#include "podload/json.hpp"

namespace podload::pod_load {
namespace {

/// What the cluster does not have or does not let podload see is left out: the read that follows reports what matters.
void attempt(const std::function<void()>& follow) {
  try {
    follow();
  } catch (const KubeError&) {
  }
}

void follow_type(ClusterView& view, const WorkloadType& type, const std::string& name_space) {
  attempt([&] {
    if (const auto path = workloads_path(*view.kube(), type, {}))
      view.follow_objects(kind_of(type), *path, &type, name_space);
  });
}

}  // namespace

void follow_pods(ClusterView& view, const WorkloadCatalog& catalog, const WorkloadType* type,
                 const std::string& name_space) {
  view.pods(name_space);
  view.nodes();
  attempt([&] { view.follow_routes(slices_path(*view.kube(), {}), name_space); });
  if (type == nullptr) return;
  follow_type(view, *type, name_space);
  for (const WorkloadType::Through& step : type->through)
    attempt([&] {
      if (const auto path = KubeKind{step.group, step.versions, step.plural}.path(*view.kube(), {}))
        view.follow_objects({step.group, step.plural}, *path, catalog.of_plural(step.group, step.plural), name_space);
    });
}

void follow_workloads(ClusterView& view, const WorkloadCatalog& catalog, const std::string& name_space) {
  for (const WorkloadType& type : catalog.types()) follow_type(view, type, name_space);
}

std::optional<std::vector<Name>> owners_of(ClusterView& view, const WorkloadType& type, const std::string& name_space,
                                           const std::string& name) {
  std::optional<std::vector<Name>> owners;
  if (const auto known = view.objects(kind_of(type), name_space))
    known->read([&](const ObjectTable& table) {
      const auto& objects = table.of(name_space);
      if (const auto found = objects.find(name); found != objects.end()) owners = std::vector{found->second.uid};
    });
  for (const WorkloadType::Through& step : type.through) {
    const auto between = view.objects({step.group, step.plural}, name_space);
    if (!owners || !between) return std::nullopt;
    std::vector<Name> next;
    const auto seen = between->read([&](const ObjectTable& table) {
      for (const auto& [between_name, object] : table.of(name_space))
        if (std::any_of(object.owners.begin(), object.owners.end(),
                        [&](const Name& uid) { return std::binary_search(owners->begin(), owners->end(), uid); }))
          next.push_back(object.uid);
    });
    if (!seen) return std::nullopt;
    std::sort(next.begin(), next.end());
    owners = std::move(next);
  }
  return owners;
}

std::shared_ptr<const NodeAddresses> addresses_of(const Mirrored<NodeTable>& nodes) {
  static const auto none = std::make_shared<const NodeAddresses>();
  std::shared_ptr<const NodeAddresses> addresses = none;
  nodes.read([&](const NodeTable& table) { addresses = table.addresses(); });
  return addresses;
}

PrintedRemovals removals_of(Journal& journal, const std::string& cluster_id, const std::vector<PagePod>& out) {
  std::vector<std::string> uids;
  for (const PagePod& pod : out) uids.push_back(pod.record.uid);
  const auto last = journal.last_removals(cluster_id, uids);
  PrintedRemovals removals;
  for (const PagePod& pod : out) {
    const auto found = last.find(pod.record.uid);
    // The last removal explains the label only while the Pod's annotation still names it.
    if (found == last.end() || found->second.id != pod.record.operation) continue;
    const PodOperation& removal = found->second;
    PrintedRemoval& printed = removals[pod.record.uid];
    printed.is_settled = removal.outcome.has_value();
    printed.text = print_json({{"operation", removal.id},
                               {"username", removal.username},
                               {"reason", removal.reason},
                               {"since", removal.created_at},
                               {"outcome", removal.outcome ? Json(name_of(*removal.outcome)) : Json()}});
  }
  return removals;
}

}  // namespace podload::pod_load
