// The plugin's checks on operations, in place of the plugin pod-load, which calls them. One thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "podload/operation_check.hpp"

namespace podload::testing {

class Checks final : public OperationChecks {
 public:
  /// `declares`: whether the plugin's plugin.yaml has a check on "remove" or "restore".
  explicit Checks(std::function<bool(const std::string& plugin, const std::string& operation)> declares)
      : declares_(std::move(declares)) {}

  std::unique_ptr<BoundCheck> bind(const std::string& plugin, OperationPlan::Kind kind, OperationCheck check) override;

  std::vector<CheckNotice> call(const OperationPlan& plan) const;

 private:
  struct Bound {
    OperationPlan::Kind kind;
    OperationCheck check;
  };
  using All = std::map<int, Bound>;  ///< By the order of binding.
  class Unbind;

  const std::function<bool(const std::string&, const std::string&)> declares_;
  const std::shared_ptr<All> bound_ = std::make_shared<All>();
  int next_ = 0;
};

}  // namespace podload::testing
