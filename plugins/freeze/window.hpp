// A freeze window, and what it says to a removal. Value types and pure functions; any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "podload/clock.hpp"
#include "podload/operation_check.hpp"

namespace podload::freeze {

struct Window {
  enum class MayForce { everyone, administrators, nobody };

  std::string id;
  std::string cluster_id, cluster;  ///< Both empty: every cluster.
  std::string name_space;           ///< Empty: every namespace.
  SystemTime starts_at{}, ends_at{};
  std::string reason;
  MayForce may_force = MayForce::administrators;
  std::string created_by, created_at;

  bool is_running(SystemTime now) const { return starts_at <= now && now < ends_at; }
};

/// "everyone", "administrators" or "nobody", as in api.yaml.
std::string_view name_of(Window::MayForce value);
Window::MayForce may_force_of(std::string_view name);

/// What the windows say to a removal at `now`: a refusal for each that runs, and a warning for each that begins within
/// `warn`. All of them concern the removal's cluster and namespace.
std::vector<CheckNotice> judge(const std::vector<Window>& windows, const OperationPlan& plan, SystemTime now, std::chrono::minutes warn);

}  // namespace podload::freeze
