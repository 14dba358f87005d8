// A workload type: a kind that owns Pods, described by a row of data. The rows are in the workload_types of a
// plugin.yaml or of podload.yaml; the pod-load plugin collects them. Value type.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "podload/json.hpp"

namespace podload {

struct WorkloadType {
  std::string kind;                   ///< "Deployment"
  std::string group;                  ///< "apps"; empty for the core group
  std::vector<std::string> versions;  ///< In order of preference; the server decides.
  std::string plural;                 ///< "deployments"
  /// The kind between the workload and its Pods, if any (a Deployment's ReplicaSets).
  struct Through {
    std::string group;
    std::vector<std::string> versions;
    std::string plural;
  };
  std::vector<Through> through;
  // JSON pointers into the object; empty if the type has no such field.
  std::string selector;      ///< Points to a LabelSelector, which narrows the list; ownership decides.
  std::string desired;       ///< Replicas wanted.
  std::string ready;         ///< Replicas ready.
  std::string pod_template;  ///< Points to the Pod template: its containers' requests and limits.

  /// A Service that the workload itself names, and its role.
  struct NamedService {
    std::string role;  ///< "active", "preview", "stable", "canary": the field's own term.
    std::string name;  ///< JSON pointer to the Service's name.
  };
  std::vector<NamedService> services;

  /// A label that tells the type's controller that a Pod does not serve although it is ready: set to "true" with the
  /// removal, deleted with the restore. Empty if it has none.
  std::string unavailable_label;

  /// The name in paths: the lower-case kind, followed by ".group" unless the group is one of Kubernetes' own.
  std::string name() const;

  /// Parses a row. Throws Error{"bad_workload_type"}, naming the fault.
  static WorkloadType from_row(const Json& row);
};

}  // namespace podload
