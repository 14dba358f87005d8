// The workload types of this installation, and the workloads and Pods that a cluster has of them. The catalog is owned by
// the plugin and immutable; any thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kube/pod.hpp"
#include "podload/json_view.hpp"
#include "podload/kube_list.hpp"
#include "podload/workload_types.hpp"

namespace podload::pod_load {

class WorkloadCatalog final : public WorkloadTypes {
 public:
  /// `rows`: the declared workload_types; the host has checked them and that each name occurs once.
  explicit WorkloadCatalog(const std::vector<Json>& rows);

  const std::vector<WorkloadType>& types() const { return types_; }

  const WorkloadType& find(std::string_view name) const override;
  const WorkloadType* of(std::string_view api_version, std::string_view kind) const override;
  std::optional<std::string> path(KubeClient& kube, const WorkloadType& type, const std::string& name_space) const override;
  /// The type of that plural; null if there is none.
  const WorkloadType* of_plural(std::string_view group, std::string_view plural) const;

 private:
  std::vector<WorkloadType> types_;
};

/// The path of the type's objects in a namespace; nothing if the cluster does not have the kind. Throws what the
/// client's discovery throws.
std::optional<std::string> workloads_path(KubeClient& kube, const WorkloadType& type, const std::string& name_space);

/// The names of the Services that the workload's object names, each with its role.
std::map<std::string, std::string> named_services(const WorkloadType& type, JsonView object);

/// A row of GET …/workloads.
Json workload_row(const WorkloadType& type, JsonView object);

/// Calls `use` with each Pod of the workload `name`: those whose owner references lead to it. Throws
/// Error{"workload_not_found"}, Error{"cluster_lacks"}, and what each_item() throws.
void each_pod_of(KubeClient& kube, const WorkloadType& type, const std::string& name_space, const std::string& name,
                 const std::function<void(JsonView)>& use);

/// Calls `use` with every item of a list, as each_item() of podload/kube_list.hpp.
void each_item(KubeClient& kube, const std::string& path, const std::string& what, const std::function<void(JsonView)>& use);

}  // namespace podload::pod_load
