// What a removal or restore would do, and whether it may be done. Pure functions of the facts; any
// thread.
//
// Pods are counted by their own labels, readiness and deletion, less those whose removal is under
// way, and not by the EndpointSlices alone: those trail an acknowledged PATCH, so that removals one
// after another would empty a Service.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "podload/cluster_directory.hpp"
#include "podload/json.hpp"
#include "removal/facts.hpp"

namespace podload::pod_load {

/// A refusal or warning: a code of words.yaml with its arguments.
struct Notice {
  std::string code;
  Json args = Json::object();
  bool overridable = false;  ///< By force (removal) or confirm (restore).
};

/// What becomes of one Service.
struct ServiceEffect {
  enum class Role { lost, kept, gained };
  std::string name;
  Role role = Role::lost;
  int before = 0, after = 0;  ///< The serving set.
  std::optional<int> minimum = std::nullopt;  ///< Of a lost Service.
  bool lists_pod = false;     ///< The Pod's uid stands in its slices now.
  bool unready_published = false;
  bool reaches_pod = true;    ///< A port of the Service leads to the Pod.
  std::string workload_role = {};  ///< What an owner that names this Service calls it: "active", "canary".
};

struct Verdict {
  std::vector<Notice> refusals;
  std::vector<Notice> warnings;
  std::vector<ServiceEffect> services;
  bool serves_now = false;  ///< The Pod is in the serving set of a lost Service.
  std::string new_value;    ///< What the label would become.

  /// The first refusal that stands, or null. `forced` lets the overridable ones pass.
  const Notice* refusal(bool forced) const;
};

Verdict judge_removal(const Facts& facts, const Cluster& cluster);

/// `recorded` is the value that podload's record says the label had; nothing without a record.
Verdict judge_restore(const Facts& facts, const Cluster& cluster, const std::optional<std::string>& recorded);

}  // namespace podload::pod_load
