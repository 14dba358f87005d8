// The checks of other plugins on an operation: runs those declared for its kind side by side, each within its time.
// Owned by the plugin; any thread. Each check has threads of its own, so that one that hangs delays no other.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "podload/log.hpp"
#include "podload/mutex.hpp"
#include "podload/operation_check.hpp"
#include "removal/guard.hpp"

namespace podload::pod_load {

class Checks final : public OperationChecks {
 public:
  /// `rows`: the rows under `checks` of all plugins. Throws Error{"bad_manifest"} for two rows of a plugin for the same
  /// operation.
  Checks(const std::vector<Json>& rows, Log& log);

  std::unique_ptr<BoundCheck> bind(const std::string& plugin, OperationPlan::Kind kind, OperationCheck check) override;

  /// Whether any check is declared for that kind.
  bool has(OperationPlan::Kind kind) const;

  /// Blocks until all have answered or their times are over. Adds their notices to the verdict. Does not throw what a
  /// check throws.
  void look(const OperationPlan& plan, Verdict& verdict) const;

 private:
  class Bound;
  struct Row {
    std::string plugin;
    OperationPlan::Kind kind = OperationPlan::Kind::remove;
    bool refuses = true;  ///< If the check fails.
    std::chrono::milliseconds within{0};
  };
  using Key = std::pair<std::string, OperationPlan::Kind>;

  void add_failure(const Row& row, const std::string& operation, const char* code, const std::string& what, Verdict& verdict) const;

  std::vector<Row> rows_;
  Log& log_;
  mutable Mutex mutex_;
  std::map<Key, Bound*> bound_ PODLOAD_GUARDED_BY(mutex_);  ///< Each removes itself.
};

}  // namespace podload::pod_load
