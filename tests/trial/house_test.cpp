#include "podload_testing/house.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::testing;

namespace {

Json pod(const char* name) { return {{"name", name}}; }

/// The text of the exception that `work` throws.
template <class Work>
std::string what_of(const Work& work) {
  try {
    work();
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a caller has its level in every cluster, or in those that it is limited to", "[database]") {
  House house(PODLOAD_FOLDER);
  house.add_cluster("one");
  house.add_cluster("two");
  const auto code = [](const Caller& caller, const char* path) { return caller.post(path, pod("web-1")).code(); };
  const Caller writer = house.as(Level::write);
  CHECK(code(writer, "/api/one/shop/trial").empty());
  CHECK(code(house.as(Level::read), "/api/one/shop/trial") == "forbidden");
  CHECK(code(house.anonymous(), "/api/one/shop/trial") == "unauthenticated");
  CHECK(code(writer.in("one"), "/api/one/bank/trial").empty());
  CHECK(code(writer.in("one"), "/api/two/bank/trial") == "forbidden");
  CHECK(code(writer.in("one", {"shop"}), "/api/one/shop/trial").empty());
  CHECK(code(writer.in("one", {"shop"}), "/api/one/bank/trial") == "forbidden");
  CHECK(code(writer.in("one", {"shop"}).in("two"), "/api/two/bank/trial").empty());
  CHECK(what_of([&] { house.as(Level::admin).in("one"); }).find("an administrator") == 0);
  CHECK(what_of([&] { writer.in("three"); }).find("the house has no cluster three") == 0);
}

TEST_CASE("an administrator's request has the cluster of its path", "[database]") {
  House house(PODLOAD_FOLDER);
  house.add_cluster("one", {}, {"serving", "yes", "no"});
  const HouseReply reply = house.as(Level::admin).del("/api/admin/trial/one/wang");
  CHECK(reply.json == Json{{"label", "serving"}, {"name", "wang"}});
  CHECK(house.as(Level::admin).del("/api/admin/trial/two/wang").code() == "unknown_cluster");
}

TEST_CASE("a body is checked as api.yaml has it, and errors are said in the caller's language", "[database]") {
  House house(PODLOAD_FOLDER);
  house.add_cluster("one");
  const Caller writer = house.as(Level::write);
  CHECK(writer.post("/api/one/shop/trial", {{"name", "web-1"}, {"nmae", "x"}}).code() == "unknown_member");
  CHECK(writer.post("/api/one/shop/trial", {{"name", 1}}).status == 422);
  CHECK(writer.post("/api/one/shop/trial").code() == "body_missing");
  CHECK(writer.post("/api/one/shop/trial?dry_run=true", pod("web-1")).code() == "unknown_parameter");
  CHECK(writer.send("POST", "/api/one/shop/trial", "{").get().code() == "not_json");
  CHECK(writer.send("POST", "/api/one/shop/trial", "name=web-1", "application/x-www-form-urlencoded").get().status ==
        415);
  CHECK(writer.send("POST", "/api/one/shop/trial", std::string(20'000, ' ')).get().status == 413);
  CHECK(writer.put("/api/one/shop/trial", pod("web-1")).status == 405);
  const Json refused = {{"name", "web-1"}, {"refuse", true}};
  CHECK(writer.post("/api/one/shop/trial", refused).message() == "web-1 is refused.");
  CHECK(writer.with_header("Accept-Language", "zh-CN").post("/api/one/shop/trial", refused).message() ==
        "web-1 被拒绝。");
}

TEST_CASE("rows, log and events are those of committed transactions", "[database]") {
  House house(PODLOAD_FOLDER);
  const std::string id = (house.add_cluster("one"), house.cluster("one").id);
  const Caller writer = house.as(Level::write, "li.wei");
  CHECK(writer.post("/api/one/shop/trial", {{"name", "web-1"}, {"refuse", true}}).status == 409);
  CHECK(writer.signed_out_meanwhile().post("/api/one/shop/trial", pod("web-2")).code() == "signed_out");
  CHECK(house.audit().empty());
  CHECK(writer.get("/api/trial/rows").json.empty());
  CHECK(house.emitted().empty());

  CHECK(writer.post("/api/one/shop/trial", pod("web-3")).status == 200);
  CHECK(writer.get("/api/trial/rows").json == Json{"web-3 from li.wei"});
  const AuditEntry row = house.audit().back();
  CHECK(row.action == "add_row");
  CHECK(row.username == "li.wei");
  CHECK(row.cluster_id == id);
  CHECK(row.name_space == "shop");
  REQUIRE(house.emitted().size() == 1);
  CHECK(house.emitted()[0].name == "trial.added");
  CHECK(house.emitted()[0].data == Json{{"name", "web-3"}});
  CHECK(house.as(Level::read).post("/api/one/shop/trial", pod("web-4")).status == 403);
  CHECK(house.audit().back().outcome == "denied");
}

TEST_CASE("an event that the test emits reaches the plugin at once", "[database]") {
  House house(PODLOAD_FOLDER);
  house.emit("operation.settled", {{"pod", "web-1"}});
  CHECK(house.as(Level::read).get("/api/trial/rows").json == Json{"web-1 from an event"});
  house.emit("operation.settled", {{"pod", "web-2"}, {"fail", true}});
  CHECK(house.log().has("the subscriber is told to fail"));
  CHECK(code_of([&] { house.emit("cluster.added", Json::object()); }) == "undeclared_event");
}

TEST_CASE("jobs run when the test says so", "[database]") {
  House house(PODLOAD_FOLDER);
  CHECK(house.as(Level::read).get("/api/trial/rows").json.empty());
  house.run_jobs();
  CHECK(house.as(Level::read).get("/api/trial/rows").json == Json{"a row from a job"});
}

TEST_CASE("a later reply comes when the plugin finishes it, or drops it") {
  House house(PODLOAD_FOLDER);
  const Caller writer = house.as(Level::write);
  std::future<HouseReply> later = house.anonymous().send("GET", "/api/trial/later");
  CHECK(later.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  CHECK(writer.post("/api/trial/finish", {{"says", "done"}}).status == 200);
  CHECK(later.get().json == Json{{"says", "done"}});
  later = house.anonymous().send("GET", "/api/trial/later");
  CHECK(writer.post("/api/trial/finish").status == 200);
  CHECK(later.get().code() == "reply_lost");
}

TEST_CASE("a stream brings what the plugin sends, until the plugin ends it or its caller is signed out") {
  House house(PODLOAD_FOLDER);
  const HouseReply reply = house.as(Level::read, "ann").get("/api/trial/stream");
  CHECK(reply.header("content-type") == "text/event-stream; charset=utf-8");
  REQUIRE(reply.stream);
  house.as(Level::write).post("/api/trial/say", {{"says", "x"}});
  const auto event = reply.stream->next();
  REQUIRE(event);
  CHECK(event->name == "said");
  CHECK(event->id == "1");
  CHECK(event->data == Json{{"says", "x"}});
  SECTION("the plugin ends it") { house.as(Level::write).post("/api/trial/say"); }
  SECTION("its caller is signed out") { house.sign_out("ann"); }
  CHECK_FALSE(reply.stream->next());
}

TEST_CASE("a reply in pieces is whole") {
  House house(PODLOAD_FOLDER);
  const HouseReply reply = house.anonymous().get("/api/trial/pieces");
  CHECK(reply.body == "one more more ");
  CHECK(reply.json.is_null());
  CHECK(reply.header("content-type") == "text/plain");
}

TEST_CASE("a cluster's API server answers as the test says") {
  House house(PODLOAD_FOLDER);
  ScriptedKube& kube = house.add_cluster("one", [](const KubeRequest& request) {
    return KubeReply{200, request.path + "!", {}};
  });
  CHECK(house.as(Level::read).get("/api/one/trial/pods").json == Json{{"status", 200}, {"body", "/api/v1/pods!"}});
  CHECK(kube.paths() == std::vector<std::string>{"/api/v1/pods"});
}

TEST_CASE("a plugin finds in start() what it needs or wants, later also the rest, and never what the test left out") {
  const auto offers = [](House&& house) { return house.as(Level::none).get("/api/trial/offers").json; };
  const Json found = offers(House(PODLOAD_FOLDER));
  CHECK(found["start"] == Json{"ClusterDirectory", "OperationChecks"});
  CHECK(found["now"] == Json{"Authenticator", "AuditLog", "ClusterDirectory", "OperationChecks"});
  CHECK(offers(House(PODLOAD_FOLDER, HouseOptions().without<AuditLog>().without<ClusterDirectory>()))["now"] ==
        Json{"Authenticator", "OperationChecks"});
  House nobody(PODLOAD_FOLDER, HouseOptions().without<Authenticator>());
  CHECK(nobody.as(Level::admin).get("/api/trial/rows").code() == "no_authenticator");
  House unlogged(PODLOAD_FOLDER, HouseOptions().without<AuditLog>());
  CHECK(unlogged.as(Level::admin).post("/api/trial/finish").code() == "no_audit_log");
}

TEST_CASE("a test's own object takes the place of the House's") {
  struct Everybody final : Authenticator {
    std::optional<Principal> authenticate(const Request&) override {
      Principal principal;
      principal.level = Level::write;
      return principal;
    }
    std::vector<std::optional<Principal>> current(const std::vector<Principal>& principals) override {
      return {principals.begin(), principals.end()};
    }
    void confirm(Transaction&, const Principal&, Level, std::string_view, std::string_view) override {}
  };
  Everybody everybody;
  House house(PODLOAD_FOLDER, HouseOptions().offer<Authenticator>(everybody));
  CHECK(house.anonymous().get("/api/trial/offers").status == 200);
}

TEST_CASE("a check is called with the plan; a code without words is found") {
  OperationPlan plan;
  plan.kind = OperationPlan::Kind::restore;
  House house(PODLOAD_FOLDER, {.config = {{"says", "trial_refused"}}});
  const auto notices = house.check(plan);
  REQUIRE(notices.size() == 1);
  CHECK(house.say("en", notices[0].code, notices[0].args) == "it is refused.");
  House wordless(PODLOAD_FOLDER, {.config = {{"says", "trial_refusde"}}});
  CHECK(what_of([&] { wordless.check(plan); }) == "a check says trial_refusde, which is not in words.yaml");
  plan.kind = OperationPlan::Kind::remove;
  CHECK(house.check(plan).empty());
}

TEST_CASE("without a database, requests that need it say so") {
  House house(PODLOAD_FOLDER, {.database = false});
  CHECK(house.as(Level::read).get("/api/trial/rows").code() == "database_unavailable");
  CHECK(house.log().has("this House has no database"));
}

TEST_CASE("a plugin that does not start is an exception that says why") {
  CHECK(what_of([] { House(PODLOAD_FOLDER, {.config = {{"sais", "x"}}}); }).find("sais") != std::string::npos);
  CHECK(what_of([] {
          House(PODLOAD_FOLDER, HouseOptions().without<OperationChecks>());
        }).find("the plugin trial does not start: ") == 0);
}
