// The check, and what it asks.
#include <catch2/catch.hpp>

#include "podload/parse_json.hpp"
#include "podload_testing/house.hpp"
#include "podload_testing/scripted_http.hpp"

using namespace podload;
using namespace podload::testing;

namespace {

const HouseOptions kOptions{.config = {{"url", "http://changes.example/ask"}}};

OperationPlan removal() {
  OperationPlan plan;
  plan.cluster.name = "one";
  plan.name_space = "shop";
  plan.pod = "web-1";
  plan.principal.username = "li.wei";
  plan.reason = "CHG-1";
  plan.services = {{"web", OperationPlan::Role::lost, 4, 3, {}}};
  return plan;
}

/// What a removal is told where the system answers so: "en" of each notice, or what the check throws.
std::string told(const HttpResult& answer) {
  ScriptedHttp http([&](const HttpRequest&) { return answer; });
  HouseOptions options = kOptions;
  options.http = &http;
  House house(PODLOAD_FOLDER, options);
  std::string told;
  try {
    for (const CheckNotice& notice : house.check(removal())) told += house.say("en", notice.code, notice.args);
  } catch (const std::exception& error) {
    return std::string("fails: ") + error.what();
  }
  return told;
}

}  // namespace

TEST_CASE("the system is asked about the plan") {
  ScriptedHttp http([](const HttpRequest&) { return ScriptedHttp::reply(200, R"({"allowed": true})"); });
  HouseOptions options = kOptions;
  options.http = &http;
  House house(PODLOAD_FOLDER, options);
  CHECK(house.check(removal()).empty());
  REQUIRE(http.requests().size() == 1);
  CHECK(http.requests()[0].url == "http://changes.example/ask");
  const Json asked = parse_json(http.requests()[0].body);
  CHECK(asked["pod"] == "web-1");
  CHECK(asked["user"] == "li.wei");
  CHECK(asked["reason"] == "CHG-1");
  CHECK(asked["services"] == Json::parse(R"([{"name": "web", "before": 4, "after": 3}])"));
}

TEST_CASE("a removal is refused with the system's own words; no answer is a failed check") {
  CHECK(told(ScriptedHttp::reply(200, R"({"allowed": false, "message": "CHG-1 is closed"})")) ==
        "The change-management system does not allow it: CHG-1 is closed");
  CHECK(told(ScriptedHttp::reply(503, "{}")) == "fails: the change-management system answers 503");
  CHECK(told(ScriptedHttp::reply(200, "<html>")) == "fails: not_json");
  CHECK(told(ScriptedHttp::failure(HttpFailure::Kind::connect, "refused")) ==
        "fails: the change-management system does not answer: refused");
}
