// The workload types of this installation. Offered by the pod-load plugin, which collects the rows that plugins
// declare. Immutable after start; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "podload/kube_client.hpp"
#include "podload/workload_type.hpp"

namespace podload {

class WorkloadTypes {
 public:
  static constexpr const char* kInterface = "WorkloadTypes";
  virtual ~WorkloadTypes() = default;

  /// Finds by the name in paths, in any case. Throws Error{"unknown_workload_type"}, listing the known ones.
  virtual const WorkloadType& find(std::string_view name) const = 0;

  /// The type that an owner reference names; null if there is none.
  virtual const WorkloadType* of(std::string_view api_version, std::string_view kind) const = 0;

  /// The path of the type's objects in a namespace; nothing if the cluster does not have the kind. Throws what the
  /// client's discovery throws.
  virtual std::optional<std::string> path(KubeClient& kube, const WorkloadType& type, const std::string& name_space) const = 0;
};

}  // namespace podload
