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

/// The Pods of the workload `name`: those whose owner references lead to it. Throws Error{"workload_not_found"},
/// Error{"cluster_lacks"}, and what each_item() throws.
std::vector<Pod> pods_of(KubeClient& kube, const WorkloadType& type, const std::string& name_space, const std::string& name);

/// Collects up to 24 MB of Pods. Not thread-safe. add() throws Error{"kube_list_too_long"}.
class PodList {
 public:
  void add(JsonView object);
  std::vector<Pod> take() { return std::move(pods_); }

 private:
  std::vector<Pod> pods_;
  std::size_t bytes_ = 0;
};

/// Calls `use` with every item of a list, as each_item() of podload/kube_list.hpp.
void each_item(KubeClient& kube, const std::string& path, const std::string& what, const std::function<void(JsonView)>& use);

}  // namespace podload::pod_load
