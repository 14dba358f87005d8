#include "window.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::freeze;
using namespace std::chrono_literals;

namespace {

const SystemTime kNow = *parse_rfc3339("2026-11-26T02:00:00Z");

Window window(std::chrono::minutes from, std::chrono::minutes until, Window::MayForce may_force = Window::MayForce::administrators) {
  Window made;
  made.cluster_id = "1";
  made.cluster = "one";
  made.name_space = "shop";
  made.starts_at = kNow + from;
  made.ends_at = kNow + until;
  made.reason = "the sale";
  made.may_force = may_force;
  return made;
}

/// "code" of each notice, with ! for what cannot be overridden and ? for a warning.
std::string said(const Window& given, Level level = Level::write, std::chrono::minutes warn = 60min) {
  OperationPlan plan;
  plan.principal.level = level;
  std::string text;
  for (const CheckNotice& notice : judge({given}, plan, kNow, warn))
    text += notice.code + (notice.weight == CheckNotice::Weight::refusal ? "!" : notice.weight == CheckNotice::Weight::warning ? "?" : "");
  return text;
}

}  // namespace

TEST_CASE("a freeze refuses from its first moment until before its last, and warns before it") {
  CHECK(said(window(-10min, 10min)) == "frozen_for_administrators!");
  CHECK(said(window(0min, 10min)) == "frozen_for_administrators!");
  CHECK(said(window(-10min, 0min)).empty());
  CHECK(said(window(59min, 90min)) == "freeze_soon?");
  CHECK(said(window(60min, 90min)).empty());
  CHECK(said(window(1min, 90min), Level::write, 0min).empty());
}

TEST_CASE("the freeze says who may force") {
  using MayForce = Window::MayForce;
  CHECK(said(window(-1min, 1min, MayForce::everyone), Level::write) == "frozen");
  CHECK(said(window(-1min, 1min, MayForce::administrators), Level::write) == "frozen_for_administrators!");
  CHECK(said(window(-1min, 1min, MayForce::administrators), Level::admin) == "frozen");
  CHECK(said(window(-1min, 1min, MayForce::nobody), Level::admin) == "frozen_for_all!");
  for (const auto who : {MayForce::everyone, MayForce::administrators, MayForce::nobody}) CHECK(may_force_of(name_of(who)) == who);
}

TEST_CASE("the refusal names the place, the end in UTC+8, and the reason") {
  OperationPlan plan;
  const auto notices = judge({window(-1min, 30min)}, plan, kNow, 60min);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].args == Json{{"where", "one/shop"}, {"until", "2026-11-26 10:30 (UTC+8)"}, {"reason", "the sale"}});
}
