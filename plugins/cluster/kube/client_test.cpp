#include "kube/client.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "kube/check.hpp"
#include "kube/client_testing.hpp"
#include "kube/status.hpp"

using namespace podload;
using namespace podload::cluster;
using namespace podload::cluster::testing;

namespace {

void answer_discovery(const SeenRequest& seen, Responder& answer) {
  if (seen.target == "/base/api") return answer.reply(200, R"({"versions":["v1"]})");
  if (seen.target == "/base/apis")
    return answer.reply(200, R"({"groups":[{"name":"discovery.k8s.io","versions":[{"version":"v1beta1"}]}]})");
  if (seen.target == "/base/apis/apps/v1")
    return answer.reply(200, R"({"resources":[{"name":"deployments/scale","kind":"Scale","namespaced":true},)"
                             R"({"name":"deployments","kind":"Deployment","namespaced":true}]})");
  answer.reply(404, R"({"message":"no such thing"})");
}

}  // namespace

TEST_CASE("requests are sent as the kubeconfig says, and any status is a reply") {
  Fixture f([](const SeenRequest& seen, Responder& answer) {
    // Catch's assertions are not thread-safe: the reply carries the result.
    const bool fits = seen.headers.at("authorization") == "Bearer sesame" &&
                      seen.headers.at("content-type") == "application/merge-patch+json";
    answer.reply(fits ? 429 : 500, seen.method + " " + seen.target + " " + seen.body, "Retry-After: 7\r\n");
  });
  KubeRequest request = get("/api/v1/pods?x=1");
  request.method = "PATCH";
  request.content_type = "application/merge-patch+json";
  request.body = "{}";
  const KubeReply reply = f.client.send(request);
  CHECK(reply.status == 429);
  CHECK(reply.retry_after == 7);
  CHECK(reply.body == "PATCH /base/api/v1/pods?x=1 {}");
}

TEST_CASE("after a reply of not now, reads and changes are retried within the request's timeout") {
  std::atomic<int> requests = 0;
  Fixture f([&](const SeenRequest& seen, Responder& answer) {
    const int before = requests++;
    if (seen.target == "/base/always") return answer.reply(429, R"({"message":"slow down"})", "Retry-After: 0\r\n");
    if (seen.target == "/base/long") return answer.reply(429, "", "Retry-After: 30\r\n");
    if (seen.target == "/base/down") return answer.reply(503, "");
    if (before == 0) return answer.reply(seen.target == "/base/starting" ? 503 : 429, "", "Retry-After: 0\r\n");
    answer.reply(200, seen.method);
  });
  KubeRequest patch = get("/thing");
  patch.method = "PATCH";
  for (const KubeRequest& request : {get("/thing"), get("/starting"), patch}) {
    requests = 0;
    CHECK(f.client.send(request).body == request.method);
    CHECK(requests == 2);
  }
  requests = 0;
  for (const KubeReply& reply : f.client.send_all({get("/thing"), get("/thing")})) CHECK(reply.status == 200);
  CHECK(requests == 3);
  patch.path = "/starting";  // a 503 may come after the change was made
  requests = 0;
  CHECK(f.client.send(patch).status == 503);
  CHECK(requests == 1);
  for (const auto& [path, times] : {std::pair("/always", 3), {"/long", 1}, {"/down", 1}}) {
    requests = 0;
    CHECK(f.client.send(get(path)).status >= 429);
    CHECK(requests == times);
  }
  const auto began = std::chrono::steady_clock::now();
  CHECK(f.client.send(get("/always", 150ms)).status == 429);
  CHECK(std::chrono::steady_clock::now() - began < 1s);
}

TEST_CASE("the first request after the server's restart is answered, however many connections it left behind") {
  std::mutex mutex;
  std::set<int> known;
  std::atomic<int> inside = 0;
  Fixture f([&](const SeenRequest& seen, Responder& answer) {
    const bool is_new = [&] {
      const std::scoped_lock lock(mutex);
      return known.insert(seen.connection).second;
    }();
    if (!is_new) return answer.close();
    if (seen.target == "/base/together") {
      ++inside;
      while (inside < 12) std::this_thread::yield();
    }
    answer.reply(200, "");
  });
  f.client.send_all(std::vector<KubeRequest>(12, get("/together", 5s)));
  CHECK(f.client.send(get("/")).status == 200);
}

TEST_CASE("waiting for a retry ends with the network") {
  std::promise<void> answered;
  Fixture f([&](const SeenRequest&, Responder& answer) {
    answer.reply(429, "", "Retry-After: 1\r\n");
    answered.set_value();
  });
  const auto began = std::chrono::steady_clock::now();
  std::promise<HttpResult> end;
  f.client.start(get("/", 5s), [&](HttpResult result) { end.set_value(std::move(result)); });
  answered.get_future().get();
  f.http.reset();
  CHECK(end.get_future().get().failure->kind == HttpFailure::Kind::cancelled);
  CHECK(std::chrono::steady_clock::now() - began < 900ms);
}

TEST_CASE("a server's replies are limited, and exceeding a limit is an error") {
  Fixture f([](const SeenRequest& seen, Responder& answer) {
    const std::string large = "\"" + std::string(5U << 20, 'x') + "\"";
    if (seen.target == "/base/apis") return answer.reply(200, large);
    answer.reply(200, seen.method == "GET" ? large : large);
  });
  KubeRequest object = get("/object");
  object.body_limit = kObjectBytes;
  CHECK(code_of([&] { f.client.send(object); }) == "cluster_too_large");
  KubeRequest patch = get("/object");
  patch.method = "PATCH";
  CHECK(code_of([&] { f.client.send(patch); }) == "cluster_too_large");
  CHECK(f.client.send(get("/list")).body.size() > kObjectBytes);
  CHECK(code_of([&] { f.client.group_path("", {"v1"}); }) == "cluster_too_large");
  std::vector<KubeReply> kept;  // 48 MB in total
  CHECK(code_of([&] { for (int i = 0; i < 20; ++i) kept.push_back(f.client.send(get("/list"))); }) == "cluster_busy");
  CHECK(kept.size() == 9);
  kept.clear();
  CHECK(f.client.send(get("/list")).status == 200);
}

TEST_CASE("a group that cannot be read hides no other, and is read again soon") {
  std::atomic<bool> down = true;
  std::atomic<int> requests = 0;
  Fixture f([&](const SeenRequest& seen, Responder& answer) {
    if (seen.target == "/base/apis/batch/v1") ++requests;
    if (seen.target == "/base/apis/batch/v1" && down) return answer.reply(503, R"({"message":"no endpoints"})");
    if (seen.target == "/base/apis/batch/v1") return answer.reply(200, R"({"resources":[{"name":"jobs","kind":"Job"}]})");
    if (seen.target == "/base/apis/broken/v1") return answer.reply(200, R"({"resources":[)");
    answer_discovery(seen, answer);
  });
  CHECK(code_of([&] { f.client.resource("batch/v1", "Job"); }) == "cluster_answer");
  CHECK(code_of([&] { f.client.resource("batch/v1", "Job"); }) == "cluster_answer");
  CHECK(requests == 1);
  CHECK(code_of([&] { f.client.resource("broken/v1", "X"); }) == "kube_bad_reply");
  CHECK(f.client.resource("apps/v1", "Deployment"));
  down = false;
  f.clock.pass(4s);
  CHECK(f.client.resource("batch/v1", "Job"));
}

TEST_CASE("many concurrent requests, with replies in the order of the requests") {
  std::atomic<int> inside = 0;
  Fixture f([&](const SeenRequest& seen, Responder& answer) {
    ++inside;
    while (inside < 5) std::this_thread::yield();  // none is answered before all have arrived
    answer.reply(200, seen.target);
  });
  std::vector<KubeRequest> requests;
  for (int i = 0; i < 5; ++i) requests.push_back(get("/" + std::to_string(i)));
  const auto replies = f.client.send_all(requests);
  for (std::size_t i = 0; i < 5; ++i) CHECK(replies[i].body == "/base/" + std::to_string(i));
  CHECK(f.client.send_all({}).empty());
}

TEST_CASE("reasons for a missing reply") {
  Fixture f([](const SeenRequest& seen, Responder& answer) {
    if (seen.target == "/base/hang") answer.wait_for_end();
    answer.reply(200, "");
  });
  CHECK(code_of([&] { f.client.send(get("/hang", 100ms)); }) == "cluster_timeout");
  CHECK(code_of([&] { f.client.send_all({get("/"), get("/hang", 100ms)}); }) == "cluster_timeout");
  HttpKubeClient checked(*f.http, f.clock, f.access(), Fixture::options(false));
  CHECK(code_of([&] { checked.send(get("/")); }) == "cluster_address");
  Access stranger = f.access();
  auto tls = std::make_shared<TlsIdentity>();
  tls->ca_pem = Authority("another").cert_pem();
  stranger.tls = tls;
  HttpKubeClient distrustful(*f.http, f.clock, stranger, Fixture::options());
  CHECK(code_of([&] { distrustful.send(get("/")); }) == "cluster_tls");
  Access nobody = f.access();
  nobody.server = "https://127.0.0.1:1";
  HttpKubeClient unreachable(*f.http, f.clock, nobody, Fixture::options());
  CHECK(code_of([&] { unreachable.send(get("/")); }) == "cluster_unreachable");
  CHECK(code_of([&] { try_cluster(unreachable, {}); }) == "try_unreachable");
  CHECK(code_of([&] { try_cluster(distrustful, {}); }) == "try_tls");
  CHECK(code_of([&] { try_cluster(checked, {}); }) == "try_address");
}

TEST_CASE("discovery: read once, cached, read again later") {
  std::atomic<int> requests = 0;
  Fixture f([&](const SeenRequest& seen, Responder& answer) {
    ++requests;
    answer_discovery(seen, answer);
  });
  CHECK(f.client.group_path("discovery.k8s.io", {"v1", "v1beta1"}) == "/apis/discovery.k8s.io/v1beta1");
  CHECK(f.client.group_path("", {"v1"}) == "/api/v1");
  CHECK(requests == 2);
  CHECK_FALSE(f.client.group_path("apps.kruise.io", {"v1alpha1"}));
  const auto deployment = f.client.resource("apps/v1", "Deployment");
  REQUIRE(deployment);
  CHECK(deployment->path("shop", "web") == "/apis/apps/v1/namespaces/shop/deployments/web");
  CHECK_FALSE(f.client.resource("apps/v1", "Scale"));
  CHECK_FALSE(f.client.resource("nothing.io/v1", "Nothing"));
  CHECK(requests == 4);
  f.clock.pass(21s);  // a missing kind may have been installed meanwhile
  f.client.group_path("", {"v1"});
  CHECK(requests == 6);
  f.clock.pass(298s);
  f.client.group_path("", {"v1"});
  CHECK(requests == 6);
  f.clock.pass(3s);
  f.client.group_path("", {"v1"});
  CHECK(requests == 8);
}

TEST_CASE("a watch: lines, the proper end, other ends, and nothing after it is destroyed") {
  Fixture f([](const SeenRequest& seen, Responder& answer) {
    if (seen.target == "/base/gone?x=1&watch=1") return answer.reply(410, R"({"message":"too old resource version"})");
    if (seen.target == "/base/limited?watch=1") return answer.reply(429, R"({"message":"slow down"})", "Retry-After: 5\r\n");
    answer.begin(200);
    if (seen.target == "/base/storm?watch=1") {
      std::string lines;
      for (int i = 0; i < 1000; ++i) lines += "{}\n";
      for (int i = 0; i < 1000; ++i) answer.send(lines);
    }
    answer.send("{\"type\":\"ADDED\"}\n{\"type\":");
    answer.send("\"MODIFIED\"}\n");
    if (seen.target == "/base/endless?watch=1") answer.wait_for_end();
  });
  std::promise<std::string> end;
  std::vector<std::string> lines;
  auto watch = f.client.watch("/ends", [&](std::string_view line) { lines.emplace_back(line); },
                              [&](std::string text) { end.set_value(std::move(text)); });
  CHECK(end.get_future().get().empty());
  CHECK(lines == std::vector<std::string>{"", R"({"type":"ADDED"})", R"({"type":"MODIFIED"})"});

  end = {};
  watch = f.client.watch("/limited", [](std::string_view) { FAIL("no line"); }, [&](std::string text) { end.set_value(std::move(text)); });
  const KubeWatchEnd limited = watch_end(end.get_future().get());
  CHECK((limited.status == 429 && limited.retry_after == 5 && limited.message == "slow down"));

  // Endless lines: the watch is cut, so that the network thread stays available.
  end = {};
  std::atomic<int> storm = 0;
  watch = f.client.watch("/storm", [&](std::string_view) { ++storm; }, [&](std::string text) { end.set_value(std::move(text)); });
  CHECK_FALSE(end.get_future().get().empty());
  CHECK(storm < 60'000);

  end = {};
  watch = f.client.watch("/gone?x=1", [](std::string_view) { FAIL("no line"); }, [&](std::string text) { end.set_value(std::move(text)); });
  CHECK(end.get_future().get() == "410 too old resource version");

  // Destroyed by its own callback, at the first of two lines.
  std::promise<void> destroyed;
  std::unique_ptr<KubeWatch> own;
  std::mutex mutex;
  int seen = 0;
  {
    const std::scoped_lock lock(mutex);
    own = f.client.watch("/endless", [&](std::string_view) {
      const std::scoped_lock inner(mutex);
      ++seen;
      own.reset();
      destroyed.set_value();
    }, [](const std::string&) { FAIL("it was gone"); });
  }
  destroyed.get_future().get();
  f.http.reset();
  CHECK(seen == 1);
}

TEST_CASE("errors from a server") {
  for (const auto& [status, code] : {std::pair(401, "cluster_sign_in"), {403, "cluster_forbids"}, {429, "cluster_overloaded"}, {500, "cluster_answer"}})
    CHECK(code_of([&, s = status] { expect_success("shop", {s, "", {}}); }) == code);
}
