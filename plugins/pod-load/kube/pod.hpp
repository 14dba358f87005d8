// A Pod, as far as podload looks at it. Value types.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kube/service.hpp"
#include "podload/clock.hpp"
#include "podload/json_view.hpp"

namespace podload::pod_load {

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
  std::vector<std::pair<std::string, std::string>> named_ports;  ///< Name and protocol of its containers' ports.
  bool has_liveness_probe = false;
  bool has_readiness_gates = false;

  /// The label's value, or nothing.
  std::optional<std::string> label(std::string_view name) const;
  /// Whether a port of the Service leads to the Pod: a number does, a name where a container declares it. A
  /// Service without ports publishes the address.
  bool is_reached_by(const Service& service) const;
};

inline constexpr std::string_view kOperationAnnotation = "podload.io/operation";
inline constexpr std::string_view kPreviousAnnotation = "podload.io/previous-value";
inline constexpr std::string_view kUnavailableAnnotation = "podload.io/unavailable-label";

Pod read_pod(JsonView object);

/// The field managers other than podload that own that label, by the object's managedFields; empty where it has none.
std::string label_writers(JsonView object, const std::string& label);
std::vector<OwnerReference> read_owners(JsonView object);

}  // namespace podload::pod_load
