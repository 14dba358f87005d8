// A Pod, as far as podload looks at it. Value types.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kube/json_view.hpp"
#include "podload/clock.hpp"

namespace podload {

struct OwnerReference {
  std::string api_version, kind, name, uid;
  bool controller = false;
};

struct Pod {
  std::string name, name_space, uid, resource_version;
  std::string node, pod_ip, host_ip;
  Labels labels;
  std::string operation;       ///< Annotation podload.io/operation: which removal set the label.
  std::string previous_value;  ///< Annotation podload.io/previous-value.
  std::string unavailable_label;  ///< Set beside the load label while the Pod is out: annotation podload.io/unavailable-label.
  std::vector<OwnerReference> owners;
  std::string phase;
  std::string status;  ///< What `kubectl get pods` prints.
  bool ready = false;  ///< Its own Ready condition.
  bool ending = false;
  std::int64_t restarts = 0;
  std::int64_t containers_ready = 0, containers = 0;  ///< As `kubectl get pods` counts them.
  SystemTime created;
  bool has_liveness_probe = false;
  bool has_readiness_gates = false;

  /// The label's value, or nothing.
  std::optional<std::string> label(std::string_view name) const;
};

inline constexpr std::string_view kOperationAnnotation = "podload.io/operation";
inline constexpr std::string_view kPreviousAnnotation = "podload.io/previous-value";
inline constexpr std::string_view kUnavailableAnnotation = "podload.io/unavailable-label";

Pod read_pod(JsonView object);
std::vector<OwnerReference> read_owners(JsonView object);

}  // namespace podload
