// Freezes as callers and removals meet them.
#include <catch2/catch.hpp>

#include "podload_testing/house.hpp"
#include "window.hpp"

using namespace podload;
using namespace podload::testing;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  Fixture() {
    house.add_cluster("one");
    house.add_cluster("two");
  }

  std::string in(std::chrono::minutes time) { return rfc3339(house.clock().now() + time); }

  /// A freeze of a namespace that runs for an hour from now.
  Json wish(const char* may_force = "administrators") {
    return {{"cluster", "one"},     {"namespace", "shop"},  {"starts_at", in(-1min)},
            {"ends_at", in(60min)}, {"reason", "the sale"}, {"may_force", may_force}};
  }

  HouseReply add(const Json& wish) { return house.as(Level::admin, "root").post("/api/admin/freezes", wish); }

  /// The reasons of the freezes that the caller sees: "the sale, all".
  static std::string seen(const Caller& caller, const std::string& path = "/api/freezes") {
    std::string seen;
    for (const Json& freeze : caller.get(path).json) seen += (seen.empty() ? "" : ", ") + text_member(freeze, "reason");
    return seen;
  }

  /// "code" of each notice for a removal, with ! for what cannot be overridden and ? for a warning.
  std::string said(const std::string& cluster, const std::string& name_space, Level level = Level::write) {
    OperationPlan plan;
    plan.cluster = house.cluster(cluster);
    plan.name_space = name_space;
    plan.principal.level = level;
    std::string text;
    for (const CheckNotice& notice : house.check(plan))
      text += notice.code + (notice.weight == CheckNotice::Weight::refusal   ? "!"
                             : notice.weight == CheckNotice::Weight::warning ? "?"
                                                                             : "");
    return text;
  }

  House house{PODLOAD_FOLDER};
};

}  // namespace

TEST_CASE("an administrator adds and ends a freeze; both are logged", "[database]") {
  Fixture f;
  const HouseReply added = f.add(f.wish());
  REQUIRE(added.status == 200);
  CHECK(added.json["running"] == true);
  CHECK(added.json["created_by"] == "root");
  const std::string id = text_member(added.json, "id");
  const Caller root = f.house.as(Level::admin, "root");
  CHECK(root.del("/api/admin/freezes/" + id).message() == "The freeze was ended.");
  CHECK(root.with_header("accept-language", "zh-CN").del("/api/admin/freezes/" + id).message() ==
        "没有这个冻结，可能已被结束。");
  CHECK(Fixture::seen(root).empty());
  CHECK(Fixture::seen(root, "/api/freezes?past=true") == "the sale");

  std::string log;
  for (const AuditEntry& entry : f.house.audit()) log += entry.action + "/" + entry.outcome + " ";
  CHECK(log == "add_freeze/ok end_freeze/ok end_freeze/refused ");
  const AuditEntry row = f.house.audit().front();
  CHECK(row.username == "root");
  CHECK(row.cluster_id == f.house.cluster("one").id);
  CHECK(row.name_space == "shop");
  CHECK(row.resource == "freeze/" + id);
  CHECK(row.reason == "the sale");
  CHECK(row.details["may_force"] == "administrators");
}

TEST_CASE("only an administrator may change freezes", "[database]") {
  Fixture f;
  const std::string id = text_member(f.add(f.wish()).json, "id");
  const Caller writer = f.house.as(Level::write);
  CHECK(f.house.anonymous().get("/api/freezes").code() == "unauthenticated");
  CHECK(f.house.as(Level::none).get("/api/freezes").code() == "forbidden");
  CHECK(writer.post("/api/admin/freezes", f.wish()).code() == "forbidden");
  CHECK(writer.del("/api/admin/freezes/" + id).code() == "forbidden");
  const Caller leaving = f.house.as(Level::admin).signed_out_meanwhile();
  CHECK(leaving.post("/api/admin/freezes", f.wish()).code() == "signed_out");
  CHECK(leaving.del("/api/admin/freezes/" + id).code() == "signed_out");
  CHECK(Fixture::seen(f.house.as(Level::read)) == "the sale");
}

TEST_CASE("callers see the freezes of what they see", "[database]") {
  Fixture f;
  const auto add = [&](const char* cluster, const char* name_space, const char* reason) {
    Json wish = f.wish();
    wish.update({{"cluster", cluster}, {"namespace", name_space}, {"reason", reason}});
    REQUIRE(f.add(wish).status == 200);
  };
  add("", "", "everywhere");
  add("one", "", "one");
  add("one", "shop", "one/shop");
  add("one", "bank", "one/bank");
  add("two", "", "two");
  const Caller reader = f.house.as(Level::read);
  CHECK(Fixture::seen(reader).size() == std::string("everywhere, one, one/shop, one/bank, two").size());
  const std::string limited = Fixture::seen(reader.in("one", {"shop"}));
  for (const char* reason : {"everywhere", "one", "one/shop"}) CHECK(limited.find(reason) != std::string::npos);
  for (const char* reason : {"bank", "two"}) CHECK(limited.find(reason) == std::string::npos);
}

TEST_CASE("a freeze that cannot be meant is refused", "[database]") {
  Fixture f;
  const auto code = [&](const Json& change) {
    Json wish = f.wish();
    wish.merge_patch(change);
    const HouseReply reply = f.add(wish);
    return reply.status == 200 ? "200" : reply.code();
  };
  CHECK(code({{"untill", f.in(60min)}}) == "unknown_member");
  CHECK(code({{"reason", nullptr}}) == "invalid");
  CHECK(code({{"reason", ""}}) == "invalid");
  CHECK(code({{"may_force", "root"}}) == "invalid");
  CHECK(code({{"ends_at", "tomorrow"}}) == "invalid");
  CHECK(code({{"ends_at", f.in(-2min)}}) == "freeze_times");
  CHECK(code({{"starts_at", f.in(-20min)}, {"ends_at", f.in(-10min)}}) == "freeze_times");
  CHECK(code({{"cluster", "three"}}) == "unknown_cluster");
  CHECK(code({{"cluster", nullptr}}) == "freeze_all_clusters");
  CHECK(f.house.as(Level::admin).del("/api/admin/freezes/0").code() == "invalid");
  CHECK(f.house.as(Level::admin).del("/api/admin/freezes/" + std::string(36, 'x')).code() == "no_freeze");
}

TEST_CASE("a removal is refused where and while a freeze runs", "[database]") {
  Fixture f;
  const std::string id = text_member(f.add(f.wish()).json, "id");
  CHECK(f.said("one", "shop") == "frozen_for_administrators!");
  CHECK(f.said("one", "shop", Level::admin) == "frozen");
  CHECK(f.said("one", "bank").empty());
  CHECK(f.said("two", "shop").empty());
  REQUIRE(f.house.as(Level::admin).del("/api/admin/freezes/" + id).status == 200);
  CHECK(f.said("one", "shop").empty());

  Json wish = f.wish("nobody");
  wish.update({{"starts_at", f.in(30min)}, {"cluster", ""}, {"namespace", ""}});
  REQUIRE(f.add(wish).status == 200);
  CHECK(f.said("two", "shop") == "freeze_soon?");
  f.house.clock().pass(31min);
  CHECK(f.said("two", "shop", Level::admin) == "frozen_for_all!");
}

TEST_CASE("warn_minutes says from when a removal is warned", "[database]") {
  House house(PODLOAD_FOLDER, {.config = {{"warn_minutes", 5}}});
  house.add_cluster("one");
  const SystemTime now = house.clock().now();
  const Json wish = {{"starts_at", rfc3339(now + 10min)}, {"ends_at", rfc3339(now + 60min)}, {"reason", "the sale"}};
  REQUIRE(house.as(Level::admin).post("/api/admin/freezes", wish).status == 200);
  OperationPlan plan;
  plan.cluster = house.cluster("one");
  CHECK(house.check(plan).empty());
  house.clock().pass(6min);
  CHECK(house.check(plan).size() == 1);
}

TEST_CASE("without the operation log no freeze can be changed", "[database]") {
  House house(PODLOAD_FOLDER, HouseOptions().without<AuditLog>());
  const SystemTime now = house.clock().now();
  const Json wish = {{"starts_at", rfc3339(now)}, {"ends_at", rfc3339(now + 60min)}, {"reason", "the sale"}};
  CHECK(house.as(Level::admin).post("/api/admin/freezes", wish).code() == "no_audit_log");
  CHECK(house.as(Level::read).get("/api/freezes").json == Json::array());
}

TEST_CASE("the page has its list, its form, and an action on each row") {
  House house(PODLOAD_FOLDER);
  const Json pages = house.as(Level::read).get("/api/ui").json["pages"];
  REQUIRE(pages.size() == 1);
  CHECK(pages[0]["list"]["path"] == "/api/freezes");
  CHECK(pages[0]["form"]["permission"] == "admin");
  CHECK(pages[0]["actions"][0]["path"] == "/api/admin/freezes/{id}");
}
