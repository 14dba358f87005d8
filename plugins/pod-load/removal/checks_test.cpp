#include "removal/checks.hpp"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <stdexcept>

#include "podload/error.hpp"
#include "removal/removal_testing.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

using Kind = OperationPlan::Kind;
using Weight = CheckNotice::Weight;

Json row(const char* plugin, const char* operation = "remove", const char* on_failure = "refuse", int within_ms = 5000) {
  return {{"plugin", plugin}, {"operation", operation}, {"on_failure", on_failure}, {"within_ms", within_ms}, {"help", "A test"}};
}

/// "refusals: a code! …; warnings: …": a refusal that cannot be overridden has an exclamation mark.
std::string summary(const Verdict& verdict) {
  const auto listed = [](const std::vector<Notice>& notices, const char* final_mark) {
    std::string text;
    for (const Notice& notice : notices) text += " " + notice.plugin + " " + notice.code + (notice.overridable ? "" : final_mark);
    return text;
  };
  return "refusals:" + listed(verdict.refusals, "!") + "; warnings:" + listed(verdict.warnings, "");
}

std::string looked(const Checks& checks, Kind kind = Kind::remove) {
  OperationPlan plan;
  plan.kind = kind;
  Verdict verdict;
  checks.look(plan, verdict);
  return summary(verdict);
}

/// Opened once, for all that wait.
class Door {
 public:
  void open() {
    const MutexLock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait() {
    MutexLock lock(mutex_);
    changed_.wait(lock, [this]() PODLOAD_REQUIRES(mutex_) { return open_; });
  }

 private:
  Mutex mutex_;
  Condition changed_;
  bool open_ PODLOAD_GUARDED_BY(mutex_) = false;
};

}  // namespace

TEST_CASE("the notices of all checks of the operation count, each with its plugin and weight") {
  testing::LinesLog log;
  Checks checks({row("freeze"), row("change"), row("change", "restore")}, log);
  const auto freeze = checks.bind("freeze", Kind::remove, [](const OperationPlan&) {
    return std::vector<CheckNotice>{{Weight::overridable, "frozen", {}}, {Weight::warning, "freeze_soon", {}}};
  });
  const auto change = checks.bind("change", Kind::remove, [](const OperationPlan&) { return std::vector<CheckNotice>{{Weight::refusal, "no_ticket", {}}}; });
  const auto back = checks.bind("change", Kind::restore, [](const OperationPlan&) { return std::vector<CheckNotice>(); });
  CHECK(looked(checks) == "refusals: freeze frozen change no_ticket!; warnings: freeze freeze_soon");
  CHECK(looked(checks, Kind::restore) == "refusals:; warnings:");
  CHECK(checks.has(Kind::restore));
  CHECK_FALSE(Checks({row("freeze")}, log).has(Kind::restore));
}

TEST_CASE("a check that throws, is late or is not bound refuses or warns, as its row says, and is logged") {
  testing::LinesLog log;
  Door door;
  Checks checks({row("throws"), row("throws_a_number", "remove", "warn"), row("late", "remove", "refuse", 20), row("absent", "remove", "warn")}, log);
  const auto throws = checks.bind("throws", Kind::remove, [](const OperationPlan&) -> std::vector<CheckNotice> { throw std::runtime_error("no route to host"); });
  const auto number = checks.bind("throws_a_number", Kind::remove, [](const OperationPlan&) -> std::vector<CheckNotice> { throw 42; });  // NOLINT: on purpose
  const auto late = checks.bind("late", Kind::remove, [&](const OperationPlan&) {
    door.wait();
    return std::vector<CheckNotice>();
  });
  CHECK(looked(checks) == "refusals: throws check_failed late check_late; warnings: throws_a_number check_failed absent check_missing");
  CHECK(log.has("no route to host"));
  door.open();
}

TEST_CASE("a check that hangs delays no other plugin's check, and the next ones of its own are late too") {
  testing::LinesLog log;
  Door door;
  Checks checks({row("hangs", "remove", "warn", 20), row("answers")}, log);
  const auto hangs = checks.bind("hangs", Kind::remove, [&](const OperationPlan&) {
    door.wait();
    return std::vector<CheckNotice>();
  });
  const auto answers = checks.bind("answers", Kind::remove, [](const OperationPlan&) { return std::vector<CheckNotice>{{Weight::warning, "seen", {}}}; });
  for (int i = 0; i < 20; ++i) CHECK(looked(checks) == "refusals:; warnings: hangs check_late answers seen");
  door.open();
}

TEST_CASE("a check is declared, bound once, and gone with its binding") {
  testing::LinesLog log;
  Checks checks({row("freeze")}, log);
  const OperationCheck nothing = [](const OperationPlan&) { return std::vector<CheckNotice>(); };
  CHECK(testing::code_of([&] { [[maybe_unused]] const auto bound = checks.bind("freeze", Kind::restore, nothing); }) == "bad_manifest");
  CHECK(testing::code_of([&] { [[maybe_unused]] const auto bound = checks.bind("other", Kind::remove, nothing); }) == "bad_manifest");
  {
    const auto bound = checks.bind("freeze", Kind::remove, nothing);
    CHECK_THROWS_AS(checks.bind("freeze", Kind::remove, nothing), std::logic_error);
    CHECK(looked(checks) == "refusals:; warnings:");
  }
  CHECK(looked(checks) == "refusals: freeze check_missing; warnings:");
  CHECK(testing::code_of([&] { Checks({row("freeze"), row("freeze")}, log); }) == "bad_manifest");
}

TEST_CASE("a removal that a check refuses is not sent; force overrides what may be overridden", "[database]") {
  RemovalFixture f({"a", "b", "c"}, {row("freeze")});
  Weight weight = Weight::refusal;
  OperationPlan seen;
  const auto freeze = f.checks.bind("freeze", Kind::remove, [&](const OperationPlan& plan) {
    seen = plan;
    return std::vector<CheckNotice>{{weight, "frozen", {{"until", "noon"}}}};
  });
  Order order = f.order("a");
  order.operation.reason = "heap dump";
  CHECK(f.outcome(order) == "refused: frozen");
  CHECK(f.shop.patches() == 0);
  CHECK(seen.pod == "a");
  CHECK(seen.name_space == "shop");
  CHECK(seen.cluster.name == "one");
  CHECK(seen.principal.username == "ann");
  CHECK(seen.reason == "heap dump");
  CHECK(seen.labels.at("app") == "web");
  REQUIRE(seen.services.size() == 1);
  CHECK(seen.services[0].service == "web");
  CHECK((seen.services[0].before == 3 && seen.services[0].after == 2));
  CHECK_FALSE(seen.forced);

  order = f.order("a");
  order.operation.forced = true;
  CHECK(f.outcome(order) == "refused: frozen");
  weight = Weight::overridable;
  CHECK(f.outcome(f.order("a")) == "refused: frozen");
  order = f.order("a");
  order.operation.forced = true;
  CHECK(f.outcome(order) == "removed");
  CHECK(seen.forced);
  CHECK(f.journal.find(order.operation.id)->details["refusals"][0]["plugin"] == "freeze");  // what was overridden stays on record
}

TEST_CASE("a rehearsal asks the checks too; what podload refuses for good is not put to them", "[database]") {
  RemovalFixture f({"a", "b"}, {row("freeze"), row("freeze", "restore")});
  int asked = 0;
  bool rehearsal = false;
  const auto freeze = f.checks.bind("freeze", Kind::remove, [&](const OperationPlan& plan) {
    ++asked;
    rehearsal = plan.dry_run;
    return std::vector<CheckNotice>{{Weight::warning, "freeze_soon", {}}};
  });
  const auto back = f.checks.bind("freeze", Kind::restore, [](const OperationPlan&) { return std::vector<CheckNotice>{{Weight::refusal, "frozen", {}}}; });
  Order order = f.order("a");
  order.dry_run = true;
  const OperationRunner::Result result = f.runner.run(order);
  REQUIRE(std::holds_alternative<OperationRunner::Applied>(result));
  CHECK(rehearsal);
  CHECK(std::get<OperationRunner::Applied>(result).operation.details["warnings"][0]["code"] == "freeze_soon");
  CHECK(f.outcome(f.order("a")) == "removed");
  CHECK(f.outcome(f.order("a", PodOperation::Kind::restore)) == "refused: frozen");
  CHECK(asked == 2);
  CHECK(f.outcome(f.order("a")) == "refused: already_out");
  CHECK(asked == 2);
  CHECK(f.outcome(f.order("b")) == "refused: below_minimum");  // which force would override
  CHECK(asked == 3);
}

TEST_CASE("the facts are read again after a slow check, and the check is asked again if the effects have changed", "[database]") {
  RemovalFixture f({"a", "b", "c"}, {row("slow")});
  std::vector<int> after;
  const auto slow = f.checks.bind("slow", Kind::remove, [&](const OperationPlan& plan) {
    after.push_back(plan.services.at(0).after);
    f.clock.pass(std::chrono::milliseconds(3000));
    if (after.size() == 1) f.shop.remove("b");  // meanwhile another Pod goes away
    return plan.services.at(0).after < 2 ? std::vector<CheckNotice>{{Weight::refusal, "too_few", {}}} : std::vector<CheckNotice>();
  });
  CHECK(f.outcome(f.order("a")) == "refused: too_few");
  CHECK(after == std::vector<int>{2, 1});
  CHECK(f.shop.patches() == 0);
}

TEST_CASE("podload's own guard judges what is read after a slow check; the same effects are not asked about twice", "[database]") {
  RemovalFixture f({"a", "b"}, {row("slow")});
  int asked = 0;
  bool goes = true;
  const auto slow = f.checks.bind("slow", Kind::remove, [&](const OperationPlan&) {
    ++asked;
    f.clock.pass(std::chrono::milliseconds(3000));
    if (goes) f.shop.remove("b");
    return std::vector<CheckNotice>();
  });
  CHECK(f.outcome(f.order("a")) == "refused: below_minimum");
  CHECK(f.shop.patches() == 0);
  f.shop.add("b");
  goes = false;
  asked = 0;
  CHECK(f.outcome(f.order("a")) == "removed");
  CHECK(asked == 1);
}

TEST_CASE("what a check said stays on record when the reply to the PATCH is lost", "[database]") {
  RemovalFixture f({"a", "b", "c"}, {row("freeze")});
  const auto freeze = f.checks.bind("freeze", Kind::remove, [](const OperationPlan&) { return std::vector<CheckNotice>{{Weight::overridable, "frozen", {}}}; });
  int conflicts = 1;
  f.shop.instead([&](const KubeRequest& request) -> std::optional<KubeReply> {
    if (request.method != "PATCH" || conflicts-- <= 0) return std::nullopt;
    f.shop.serve(request);  // stored, but the answer is that of a retry
    return KubeReply{409, R"({"kind":"Status","reason":"Conflict"})", {}};
  });
  Order order = f.order("a");
  order.operation.forced = true;
  CHECK(f.outcome(order) == "removed");
  CHECK(f.journal.find(order.operation.id)->details["refusals"][0]["code"] == "frozen");
}
