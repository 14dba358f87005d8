#include <catch2/catch.hpp>
#include <stdexcept>
#include <utility>

#include "http/dispatcher_testing.hpp"

using namespace podload;
using Fixture = DispatcherFixture;

TEST_CASE("a request reaches its handler with its cluster and with parameters in their types") {
  Fixture f;
  CHECK(f.answer("/public") == "200 public");
  CHECK(f.answer("/me") == "200 me");
  CHECK(f.answer("/users") == "200 users");
  CHECK(f.answer("/one/pods") == "200 pods one");
  const std::optional<Reply> reply = f.send("POST", "/two/shop/pods?dry_run=true", R"({"reason": "x"})");
  REQUIRE(reply);
  CHECK(parse_json(reply->body)["parameters"] == Json{{"cluster", "two"}, {"namespace", "shop"}, {"dry_run", true}});
}

TEST_CASE("who is not signed in reaches what is public, and nothing else") {
  Fixture f;
  f.authenticator.principal.reset();
  CHECK(f.answer("/public") == "200 public");
  for (const char* path : {"/me", "/users", "/pages", "/one/pods", "/three/pods", "/one/shop/pods"}) CHECK(f.answer(path) == "401 unauthenticated");
  f.parts.authenticator = nullptr;
  f.made.reset();
  CHECK(f.answer("/one/pods") == "503 no_authenticator");
  CHECK(f.answer("/nothing") == "503 no_authenticator");  // not even that there is no such route
}

TEST_CASE("a grant reaches its cluster and its namespace; other clusters are as if they did not exist") {
  Fixture f;
  f.may(Level::read);
  CHECK(f.answer("/users") == "403 forbidden");
  CHECK(f.answer("/two/shop/pods") == "200 in two");
  CHECK(f.answer("/three/pods") == "404 unknown_cluster");
  CHECK(f.answer("/one/shop/pods", "POST", "{}") == "403 forbidden");

  f.may(Level::write, true);
  CHECK(f.answer("/one/nodes") == "200 nodes one");
  CHECK(f.answer("/one/shop/pods", "POST", "{}") == "200 restart one");
  for (const char* other : {"/two/pods", "/three/pods"}) CHECK(f.answer(other) == "403 forbidden");

  f.may(Level::read, true, "shop");
  CHECK(f.answer("/one/pods") == "200 pods one");
  CHECK(f.answer("/one/shop/pods") == "200 in one");
  CHECK(f.answer("/one/other/pods") == "403 forbidden");
  CHECK(f.answer("/one/nodes") == "403 forbidden");  // of the whole cluster
  CHECK(f.answer("/pages") == "200 pages");

  f.may(Level::none);
  CHECK(f.answer("/me") == "200 me");
  CHECK(f.answer("/pages") == "403 forbidden");
}

TEST_CASE("a principal that is barred reaches its own operations only") {
  Fixture f;
  f.authenticator.principal->barred = "must_change";
  CHECK(f.answer("/me") == "200 me");
  CHECK(f.answer("/users") == "403 must_change");
  CHECK(f.answer("/one/pods") == "403 must_change");
}

TEST_CASE("the cluster in the path is there for the handler, whatever the permission") {
  Fixture f;
  CHECK(f.answer("/settings/one") == "200 settings one");
  CHECK(f.answer("/settings/three") == "404 unknown_cluster");
  CHECK(f.answer("/seen/two") == "200 seen two");
  CHECK(f.answer("/text/three") == "200 text");  // x-scope: none

  f.may(Level::read, true, "shop");
  CHECK(f.answer("/seen/one") == "200 seen one");
  for (const char* other : {"/seen/two", "/seen/three"}) CHECK(f.answer(other) == "403 forbidden");
  CHECK(f.answer("/settings/one") == "403 forbidden");

  f.contract.find("text")->handler = [](Request& request) { return Reply::json({{"name", request.the_cluster().name}}); };
  CHECK(f.answer("/text/one") == "500 internal");
  CHECK(f.log.has("text has no {cluster} in its path"));
  f.contract.find("text")->handler = [](Request& request) { return Reply::json({{"name", request.the_principal().username}}); };
  CHECK(f.answer("/text/one") == "500 internal");
  CHECK(f.log.has("text is public"));
}

TEST_CASE("another host and another site's page are refused before anybody is identified") {
  Fixture f;
  f.authenticator.principal.reset();
  f.next.given_headers["host"] = "evil.example";
  CHECK(f.answer("/me") == "421 unknown_host");
  f.next.given_headers["host"] = "localhost";
  f.next.given_headers["sec-fetch-site"] = "cross-site";
  CHECK(f.answer("/one/shop/pods", "POST", "{}") == "403 cross_site");
  CHECK(f.answer("/me") == "401 unauthenticated");  // a read: the reply does not reach the page
}

TEST_CASE("what a change does not declare is refused, and a change needs the log") {
  Fixture f;
  CHECK(f.answer("/one/shop/pods?dryrun=true", "POST", "{}") == "422 unknown_parameter");
  CHECK(f.answer("/one/shop/pods?dry_run=maybe", "POST", "{}") == "422 invalid");
  CHECK(f.answer("/one/shop/pods", "POST", "{}") == "200 restart one");
  CHECK(f.answer("/one/shop/pods", "POST", std::string(20'000, ' ')) == "413 too_large");
  f.parts.audit = nullptr;
  f.made.reset();
  CHECK(f.answer("/one/shop/pods", "POST", "{}") == "503 no_audit_log");
  CHECK(f.answer("/one/shop/pods") == "200 in one");
}

TEST_CASE("an operation whose plugin does not run says so, but only to callers that are signed in") {
  Fixture f;
  f.contract.find("pods")->unavailable = "its migration failed";
  CHECK(f.answer("/one/pods") == "503 plugin_unavailable");
  f.authenticator.principal.reset();
  CHECK(f.answer("/one/pods") == "401 unauthenticated");
}

TEST_CASE("what a handler throws is logged with the request, and not shown") {
  Fixture f;
  f.contract.find("me")->handler = [](Request&) -> Answer { throw std::runtime_error("canary5ecret"); };
  const std::optional<Reply> reply = f.send("GET", "/me");
  REQUIRE(reply);
  CHECK(reply->status == 500);
  CHECK(reply->body.find("canary5ecret") == std::string::npos);
  CHECK(text_member(parse_json(reply->body), "incident") == "r1");
  CHECK(f.log.has("canary5ecret"));
  CHECK(f.log.has("\"r1\""));
}

TEST_CASE("a handler replies once: neither is an error, both is logged and the later reply counts") {
  Fixture f;
  f.contract.find("me")->handler = [](Request&) { return Later(nullptr); };
  CHECK(f.answer("/me") == "500 internal");
  CHECK(f.log.has("neither replied nor requested a later reply"));

  std::shared_ptr<LaterReply> later;
  f.contract.find("me")->handler = [&](Request& request) {
    later = request.later();
    return Reply::json({{"operation", "first"}});
  };
  CHECK_FALSE(f.send("GET", "/me"));
  CHECK(f.log.has("the later one is used"));
  later->finish(Reply::json({{"operation", "second"}}));
  later->finish(Reply::json({{"operation", "third"}}));
  REQUIRE(f.sink.replies.size() == 1);
  CHECK(f.sink.replies[0].body.find("second") != std::string::npos);
  CHECK(f.log.has("finished twice"));

  f.contract.find("me")->handler = [&](Request&) { return Later(later); };
  CHECK(f.answer("/me") == "500 internal");
  CHECK(f.log.has("the later reply of another request"));
}

TEST_CASE("an unchanged reply is 304, but only to a caller that may have it") {
  Fixture f;
  const std::optional<Reply> first = f.send("GET", "/one/pods");
  REQUIRE(first);
  REQUIRE(first->headers.size() == 1);
  f.next.given_headers["if-none-match"] = first->headers[0].second;
  const std::optional<Reply> again = f.send("GET", "/one/pods");
  REQUIRE(again);
  CHECK(again->status == 304);
  CHECK(again->body.empty());
  CHECK(f.answer("/two/pods") == "200 pods two");
  f.may(Level::read, true, "shop");
  CHECK(f.answer("/one/nodes") == "403 forbidden");
  f.authenticator.principal.reset();
  CHECK(f.answer("/one/pods") == "401 unauthenticated");
}

TEST_CASE("a later reply that is dropped is answered, with the reason") {
  Fixture f;
  std::shared_ptr<LaterReply> later;
  f.contract.find("me")->handler = [&](Request& request) {
    later = request.later();
    return Later(later);
  };
  for (const char* code : {"reply_lost", "stopping"}) {
    CHECK_FALSE(f.send("GET", "/me"));
    later.reset();
    REQUIRE(f.sink.replies.size() == 1);
    CHECK(text_member(parse_json(f.sink.replies[0].body), "code") == code);
    f.sink.replies.clear();
    f.dispatcher().stopping();
  }
}

TEST_CASE("requests are counted by operation and status; what leads nowhere counts as one") {
  Fixture f;
  testing::RememberingMetrics metrics;
  f.parts.metrics = &metrics;
  f.answer("/one/pods");
  f.answer("/two/pods");
  f.authenticator.principal.reset();
  f.answer("/one/pods");
  for (int i = 0; i < 50; ++i) f.answer("/nothing/" + std::to_string(i));
  f.answer("/public", "DELETE");
  CHECK(metrics.value("podload_http_requests_total{operation=pods,status=200}") == 2);
  CHECK(metrics.value("podload_http_requests_total{operation=pods,status=401}") == 1);
  CHECK(metrics.value("podload_http_requests_total{operation=none,status=404}") == 50);
  CHECK(metrics.value("podload_http_requests_total{operation=none,status=405}") == 1);
  CHECK(metrics.observed("podload_http_request_seconds{operation=pods}") == 3);
  CHECK(metrics.observed("podload_http_request_seconds{operation=none}") == 51);
}

TEST_CASE("a later reply is counted when it comes, with the time until then") {
  Fixture f;
  testing::RememberingMetrics metrics;
  f.parts.metrics = &metrics;
  std::shared_ptr<LaterReply> later;
  f.contract.find("public")->handler = [&](Request& request) {
    later = request.later();
    return Later(later);
  };
  CHECK_FALSE(f.send("GET", "/public"));
  CHECK(metrics.observed("podload_http_request_seconds{operation=public}") == 0);
  f.clock.pass(std::chrono::seconds(3));
  later->finish(Reply::json({}, 202));
  CHECK(metrics.value("podload_http_requests_total{operation=public,status=202}") == 1);
  CHECK(metrics.value("podload_http_request_seconds{operation=public}") == Approx(3));
}
