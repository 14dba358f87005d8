// Checks on removals and restores: a plugin looks at the plan after podload's own guards, unless these refuse it for good,
// and before the Pod is changed. It may warn or refuse. pod-load offers OperationChecks; a plugin with checks needs it.
//
// plugin.yaml declares them, so that a check that is missing is noticed:
//
//   needs: {pod-load: ">=1.0"}
//   checks:
//     - {operation: remove, on_failure: refuse, within_ms: 500, help: Freeze windows}
//
// `operation` is remove or restore. `on_failure` says what happens if the check throws, is late or its plugin does not
// run: `refuse` (a caller with permission may override it with `force`) or `warn`.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "podload/cluster_directory.hpp"
#include "podload/json.hpp"
#include "podload/principal.hpp"

namespace podload {

/// What a caller wants to do, and what podload's guards found that it would do. A value.
struct OperationPlan {
  enum class Kind { remove, restore };
  enum class Role { lost, kept, gained };
  struct Effect {
    std::string service;
    Role role = Role::lost;
    int before = 0, after = 0;   ///< Serving Pods.
    std::optional<int> minimum;  ///< Of a lost Service.
  };

  std::string id;  ///< The operation's.
  Kind kind = Kind::remove;
  Cluster cluster;
  std::string name_space, pod;
  std::map<std::string, std::string> labels;  ///< The Pod's, before the change.
  std::string workload;                       ///< The Pod's owner, "ReplicaSet/web-5d4f"; empty without one.
  Principal principal;
  std::string reason;
  bool forced = false;   ///< `force` of a removal, `confirm` of a restore.
  bool dry_run = false;  ///< A rehearsal: nothing will be changed.
  std::vector<Effect> services;
};

struct CheckNotice {
  enum class Weight {
    warning,
    overridable,  ///< A refusal that `force` (restore: `confirm`) overrides.
    refusal,
  };
  Weight weight = Weight::warning;
  std::string code;  ///< Of the plugin's words.yaml; its status is the reply's if it refuses.
  Json args = Json::object();
};

/// Called on a thread of pod-load's, several at a time, and a second time for one operation if its effects change
/// meanwhile: it must change nothing. May block until its `within_ms`; a later result is dropped. If it throws Error or
/// anything else, the check has failed.
using OperationCheck = std::function<std::vector<CheckNotice>(const OperationPlan&)>;

/// A bound check. Keep it as the plugin's last member: its destructor unbinds the check and waits until it does not run.
class BoundCheck {
 public:
  virtual ~BoundCheck() = default;
};

class OperationChecks {
 public:
  static constexpr const char* kInterface = "OperationChecks";
  virtual ~OperationChecks() = default;

  /// Binds a check that the plugin declares, in its start(), until the returned object is destroyed. Throws
  /// Error{"bad_manifest"} if its plugin.yaml declares none for that operation.
  [[nodiscard]] virtual std::unique_ptr<BoundCheck> bind(const std::string& plugin, OperationPlan::Kind kind, OperationCheck check) = 0;
};

}  // namespace podload
