// A workload type: what owns Pods, as a row of data. Rows stand under workload_types in a plugin.yaml
// or in podload.yaml; the pod-load plugin collects them. Value type.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "podload/json.hpp"

namespace podload {

struct WorkloadType {
  std::string kind;                   ///< "Deployment"
  std::string group;                  ///< "apps"; empty for the core group
  std::vector<std::string> versions;  ///< In order of preference; the server has the last word.
  std::string plural;                 ///< "deployments"
  /// The kind between the workload and its Pods, where there is one (a Deployment's ReplicaSets).
  struct Through {
    std::string group;
    std::vector<std::string> versions;
    std::string plural;
  };
  std::vector<Through> through;
  // JSON pointers into the object; empty where the type has no such thing.
  std::string selector;      ///< Of a LabelSelector: narrows the list; ownership decides.
  std::string desired;       ///< Replicas wanted.
  std::string ready;         ///< Replicas ready.
  std::string pod_template;  ///< Of the Pod template: its containers' requests and limits.

  /// A Service that the workload itself names, and what it is to the workload.
  struct NamedService {
    std::string role;  ///< "active", "preview", "stable", "canary": the field's own word
    std::string name;  ///< JSON pointer to the Service's name.
  };
  std::vector<NamedService> services;

  /// A label by which the type's controller is told that a Pod does not serve although it is ready:
  /// set to "true" with the removal, taken away with the restore. Empty where it has none.
  std::string unavailable_label;

  /// What stands in paths: the lower-case kind, with ".group" where the group is not Kubernetes' own.
  std::string name() const;

  /// Reads a row. Throws Error{"bad_workload_type"} naming what is wrong.
  static WorkloadType from_row(const Json& row);
};

}  // namespace podload
