// The fields of a Pod that podload uses. Value types and free functions; any thread.
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
  std::string operation;       ///< Annotation podload.io/operation: the removal that set the label.
  std::string previous_value;  ///< Annotation podload.io/previous-value.
  std::string unavailable_label;  ///< Annotation podload.io/unavailable-label: the name of the other label that a removal set.
  std::vector<OwnerReference> owners;
  std::string phase;
  std::string status;  ///< As `kubectl get pods` prints it.
  bool ready = false;  ///< Its Ready condition.
  bool ending = false; ///< It is being deleted.
  std::int64_t restarts = 0;
  std::int64_t containers_ready = 0, containers = 0;  ///< As `kubectl get pods` counts them.
  SystemTime created;
  std::vector<std::pair<std::string, std::string>> named_ports;  ///< Name and protocol of its containers' ports.
  bool has_liveness_probe = false;
  bool has_readiness_gates = false;

  /// The label's value; nothing if it is not set.
  std::optional<std::string> label(std::string_view name) const;
  /// Whether any port of the Service leads to the Pod: a numeric targetPort always does, a named one if a container
  /// declares it. True for a Service without ports, which publishes the address.
  bool is_reached_by(const Service& service) const;
};

inline constexpr std::string_view kOperationAnnotation = "podload.io/operation";
inline constexpr std::string_view kPreviousAnnotation = "podload.io/previous-value";
inline constexpr std::string_view kUnavailableAnnotation = "podload.io/unavailable-label";

Pod read_pod(JsonView object);

/// The field managers other than podload that own that label, from managedFields, comma-separated; empty if none do.
std::string label_writers(JsonView object, const std::string& label);
std::vector<OwnerReference> read_owners(JsonView object);

}  // namespace podload::pod_load
