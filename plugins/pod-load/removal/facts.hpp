// Everything that is read before a Pod's label is changed; guard.hpp decides with it. Value types.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kube/endpoint_slice.hpp"
#include "kube/pod.hpp"
#include "kube/service.hpp"
#include "podload/cluster_directory.hpp"

namespace podload::pod_load {

/// One of the Pod's owners, direct or indirect.
struct Owner {
  std::string kind, name;
  bool nearest = false;               ///< It owns the Pod directly, and its controller acts on the Pod's labels.
  bool unreadable = false;            ///< podload may not read it, or does not find its kind.
  std::set<std::string> selector_keys = {};
  bool has_deadline = false;          ///< A Job with activeDeadlineSeconds.
};

/// A disruption budget that counts the Pod.
struct DisruptionBudget {
  std::string name;
  std::int64_t healthy = 0, desired = 0;
  bool looks_at_label = false;  ///< Its selector stops matching when the load label changes.
};

/// The Pod, the Services that route to it, and their other Pods.
struct Traffic {
  Pod pod;
  std::vector<Service> services;        ///< All Services of the namespace.
  std::vector<EndpointSlice> slices;    ///< Of the Services that select the Pod before or after the change, and foreign ones.
  std::string slices_version;           ///< resourceVersion of that list; the watch starts here.
  /// The Pods of every Service whose match with the Pod changes, whatever their load label (for a restore, only the
  /// Pod). Read live: the Pod, and either as many others as prove that each lost Service keeps its minimum, or all.
  std::vector<Pod> pods;
  std::set<std::string> pending;        ///< Names and uids of Pods whose earlier removal is not settled.
};

struct Owners {
  std::vector<Owner> owners;
  std::map<std::string, std::string> service_roles;  ///< By Service: its role, if an owner names it.
  std::string unavailable_label;                     ///< Of the nearest owner whose type has one; empty if there is none.
  std::vector<std::string> unanswered_owners;        ///< Indirect owners that could not be read.
};

/// Facts for warnings only.
struct Warnings {
  std::vector<std::string> autoscalers; ///< HorizontalPodAutoscalers that scale an owner.
  std::vector<DisruptionBudget> budgets;
  std::vector<std::string> policies;    ///< NetworkPolicies that match the Pod only before or only after the change.
  bool node_is_draining = false;
  std::vector<std::string> unreadable;  ///< Kinds that podload may not read.
  std::vector<std::string> unanswered;  ///< Kinds whose reads failed or did not finish in time.
};

struct Facts : Traffic, Owners, Warnings {};

}  // namespace podload::pod_load
