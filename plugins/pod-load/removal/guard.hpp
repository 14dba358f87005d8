// Decides whether a removal or restore is allowed, and predicts its effect. Pure functions of the facts and value types;
// any thread.
//
// Counts Pods by their labels, readiness and deletion, minus those with a removal in progress, and not by the
// EndpointSlices alone: these lag behind an acknowledged PATCH, so several quick removals could empty a Service.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "podload/cluster_directory.hpp"
#include "podload/json.hpp"
#include "podload/operation_check.hpp"
#include "removal/facts.hpp"

namespace podload::pod_load {

/// A refusal or warning: a code from words.yaml with its arguments.
struct Notice {
  std::string code;
  Json args = Json::object();
  bool overridable = false;  ///< `force` (removal) or `confirm` (restore) overrides it.
  std::string plugin = {};   ///< The plugin whose check it is from; empty for podload's own guards.
};

/// The effect on one Service.
struct ServiceEffect {
  using Role = OperationPlan::Role;
  std::string name;
  Role role = Role::lost;
  int before = 0, after = 0;  ///< The number of serving Pods.
  std::optional<int> minimum = std::nullopt;  ///< Set for a lost Service.
  bool lists_pod = false;     ///< Its slices list the Pod's uid now.
  bool unready_published = false;  ///< It publishes Pods that are not ready.
  bool reaches_pod = true;    ///< A port of the Service leads to the Pod.
  std::string workload_role = {};  ///< Its role ("active", "canary") if an owner names it.
};

struct Verdict {
  std::vector<Notice> refusals;
  std::vector<Notice> warnings;
  std::vector<ServiceEffect> services;
  bool serves_now = false;  ///< The Pod serves for a lost Service.
  std::string new_value;    ///< The label's new value.

  /// The first refusal that applies, or null. `forced` overrides the overridable ones.
  const Notice* refusal(bool forced) const;
};

Verdict judge_removal(const Facts& facts, const Cluster& cluster);

/// `recorded`: the label's value before the removal, from podload's record; empty without a record.
Verdict judge_restore(const Facts& facts, const Cluster& cluster, const std::optional<std::string>& recorded);

}  // namespace podload::pod_load
