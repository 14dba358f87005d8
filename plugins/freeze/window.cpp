#include "window.hpp"

#include <array>

namespace podload::freeze {
namespace {

constexpr std::array<std::string_view, 3> kNames{"everyone", "administrators", "nobody"};

/// "one/shop", "one", or "*" for every cluster.
std::string place_of(const Window& window) {
  if (window.cluster.empty()) return "*";
  return window.name_space.empty() ? window.cluster : window.cluster + "/" + window.name_space;
}

/// In UTC+8, for people: "2026-11-30 18:00 (UTC+8)".
std::string shown(SystemTime time) {
  std::string text = rfc3339(time + std::chrono::hours(8)).substr(0, 16);
  text[10] = ' ';
  return text + " (UTC+8)";
}

CheckNotice refusal_of(const Window& window, const Principal& principal) {
  const Json args = {{"where", place_of(window)}, {"until", shown(window.ends_at)}, {"reason", window.reason}};
  if (window.may_force == Window::MayForce::nobody) return {CheckNotice::Weight::refusal, "frozen_for_all", args};
  if (window.may_force == Window::MayForce::administrators && principal.level != Level::admin)
    return {CheckNotice::Weight::refusal, "frozen_for_administrators", args};
  return {CheckNotice::Weight::overridable, "frozen", args};
}

}  // namespace

std::string_view name_of(Window::MayForce value) { return kNames.at(static_cast<std::size_t>(value)); }

Window::MayForce may_force_of(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames.at(i) == name) return static_cast<Window::MayForce>(i);
  return Window::MayForce::administrators;
}

std::vector<CheckNotice> judge(const std::vector<Window>& windows, const OperationPlan& plan, SystemTime now, std::chrono::minutes warn) {
  std::vector<CheckNotice> notices;
  for (const Window& window : windows) {
    if (window.is_running(now))
      notices.push_back(refusal_of(window, plan.principal));
    else if (now < window.starts_at && window.starts_at < now + warn)
      notices.push_back({CheckNotice::Weight::warning, "freeze_soon", {{"where", place_of(window)}, {"from", shown(window.starts_at)}, {"reason", window.reason}}});
  }
  return notices;
}

}  // namespace podload::freeze
