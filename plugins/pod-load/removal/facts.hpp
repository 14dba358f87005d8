// Everything that is read before a Pod's label is changed, and nothing that decides. Value types.
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

/// One of the Pod's owners, from the nearest up.
struct Owner {
  std::string kind, name;
  bool nearest = false;               ///< It owns the Pod itself, and its controller acts on the Pod's labels.
  bool unreadable = false;            ///< It cannot be read: podload may not, or it does not answer.
  std::set<std::string> selector_keys = {};
  bool has_deadline = false;          ///< A Job with activeDeadlineSeconds.
};

/// A disruption budget that counts the Pod.
struct DisruptionBudget {
  std::string name;
  std::int64_t healthy = 0, desired = 0;
  bool looks_at_label = false;  ///< It would not count the Pod without the load label as it is.
};

/// What traffic the Pod gets, and what would be left without it.
struct Traffic {
  Pod pod;
  std::vector<Service> services;        ///< All of the namespace.
  std::vector<EndpointSlice> slices;    ///< Of the Services that select the Pod or would, and those that others fill.
  std::string slices_version;           ///< resourceVersion of the slices' list; a watch starts here.
  /// Every Pod that a Service selects whose match changes, whatever its load label. Read live: this
  /// one, and of the others as many as show that each lost Service keeps its minimum, or else all.
  std::vector<Pod> pods;
  std::set<std::string> pending;        ///< Names and uids of Pods whose earlier removal is not settled.
};

struct Owners {
  std::vector<Owner> owners;
  std::map<std::string, std::string> service_roles;  ///< By Service: what an owner that names it calls it.
  std::string unavailable_label;                     ///< Of the nearest owner's type; empty where it has none.
  std::vector<std::string> unanswered_owners;        ///< Those above the nearest that did not answer.
};

/// What warns and decides nothing.
struct Warnings {
  std::vector<std::string> autoscalers; ///< Those that scale an owner.
  std::vector<DisruptionBudget> budgets;
  std::vector<std::string> policies;    ///< NetworkPolicies that select the Pod with one value of the label and not with the other.
  bool node_is_draining = false;
  std::vector<std::string> unreadable;  ///< Kinds that podload may not read here.
  std::vector<std::string> unanswered;  ///< Those whose reads failed or were not there in time.
};

struct Facts : Traffic, Owners, Warnings {};

}  // namespace podload::pod_load
