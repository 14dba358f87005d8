// What the list handlers and the event streams read from a view beside the Pods. Free functions; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/cluster_view.hpp"
#include "live/pod_rows.hpp"
#include "record/journal.hpp"
#include "workloads/workload_catalog.hpp"

namespace podload::pod_load {

inline ObjectKind kind_of(const WorkloadType& type) { return {type.group, type.plural}; }

/// Follows what pages of Pods of a namespace (empty: of all) need, and of `type`'s kinds (if not null) what owns them; waits for discovery. What the
/// cluster does not have or does not let podload see is left out.
void follow_pods(ClusterView& view, const WorkloadCatalog& catalog, const WorkloadType* type,
                 const std::string& name_space);

/// Follows the workload types in the same way.
void follow_workloads(ClusterView& view, const WorkloadCatalog& catalog, const std::string& name_space);

/// The uids of the objects whose Pods are the workload's, in the order of pointers; nothing if the view does not know.
std::optional<std::vector<Name>> owners_of(ClusterView& view, const WorkloadType& type, const std::string& name_space,
                                           const std::string& name);

/// None until they are known.
std::shared_ptr<const NodeAddresses> addresses_of(const Mirrored<NodeTable>& nodes);

/// The removals of those Pods, which are out. Throws DatabaseUnavailable.
PrintedRemovals removals_of(Journal& journal, const std::string& cluster_id, const std::vector<PagePod>& out);

}  // namespace podload::pod_load
