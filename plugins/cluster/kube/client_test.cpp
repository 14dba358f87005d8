#include "kube/client.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>

#include "kube/check.hpp"
#include "kube/status.hpp"
#include "podload/error.hpp"
#include "podload_testing/network.hpp"
#include "podload_testing/tls_server.hpp"

using namespace podload;
using namespace podload::cluster;
using namespace podload::testing;
using namespace std::chrono_literals;

namespace {

class HandClock : public Clock {
 public:
  SystemTime now() const override { return {}; }
  SteadyTime steady() const override { return SteadyTime(time.load()); }
  std::atomic<std::chrono::seconds> time{1000s};
};

class Fixture {
 public:
  explicit Fixture(TlsServer::Handler handler)
      : server(authority.issue({.common_name = "server", .names = {"IP:127.0.0.1"}}), std::move(handler)) {}

  Access access() const {
    auto tls = std::make_shared<TlsIdentity>();
    tls->ca_pem = authority.cert_pem();
    return {server.url("/base"), tls, Secret("sesame")};
  }
  static HttpKubeClient::Options options(bool any_address = true) {
    HttpKubeClient::Options options;
    options.cluster = "shop";
    options.group = "id";
    options.any_address = any_address;
    options.timeout = 2s;
    return options;
  }

  Authority authority;
  TlsServer server;
  HandClock clock;
  std::unique_ptr<HttpClient> http = make_network();
  HttpKubeClient client{*http, clock, access(), options()};
};

template <class Work>
std::string code_of(Work work) {
  try {
    work();
    return "fine";
  } catch (const Error& error) {
    INFO(error.what());
    return error.code();
  }
}

KubeRequest get(const std::string& path, std::chrono::milliseconds timeout = 2s) {
  KubeRequest request;
  request.path = path;
  request.timeout = timeout;
  return request;
}

void answer_discovery(const SeenRequest& seen, Answer& answer) {
  if (seen.target == "/base/api") return answer.reply(200, R"({"versions":["v1"]})");
  if (seen.target == "/base/apis")
    return answer.reply(200, R"({"groups":[{"name":"discovery.k8s.io","versions":[{"version":"v1beta1"}]}]})");
  if (seen.target == "/base/apis/apps/v1")
    return answer.reply(200, R"({"resources":[{"name":"deployments/scale","kind":"Scale","namespaced":true},)"
                             R"({"name":"deployments","kind":"Deployment","namespaced":true}]})");
  answer.reply(404, R"({"message":"no such thing"})");
}

}  // namespace

TEST_CASE("requests go out as the kubeconfig says, and any status is a reply") {
  Fixture f([](const SeenRequest& seen, Answer& answer) {
    // Catch's assertions are for one thread: the reply tells.
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

TEST_CASE("many requests side by side, in the order that they were asked") {
  std::atomic<int> inside = 0;
  Fixture f([&](const SeenRequest& seen, Answer& answer) {
    ++inside;
    while (inside < 5) std::this_thread::yield();  // none is answered before all have come
    answer.reply(200, seen.target);
  });
  std::vector<KubeRequest> requests;
  for (int i = 0; i < 5; ++i) requests.push_back(get("/" + std::to_string(i)));
  const auto replies = f.client.send_all(requests);
  for (std::size_t i = 0; i < 5; ++i) CHECK(replies[i].body == "/base/" + std::to_string(i));
  CHECK(f.client.send_all({}).empty());
}

TEST_CASE("why there was no reply") {
  Fixture f([](const SeenRequest& seen, Answer& answer) {
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
  HttpKubeClient lonely(*f.http, f.clock, nobody, Fixture::options());
  CHECK(code_of([&] { lonely.send(get("/")); }) == "cluster_unreachable");
  CHECK(code_of([&] { try_cluster(lonely); }) == "try_unreachable");
  CHECK(code_of([&] { try_cluster(distrustful); }) == "try_tls");
  CHECK(code_of([&] { try_cluster(checked); }) == "try_address");
}

TEST_CASE("discovery: asked once, remembered, asked again later") {
  std::atomic<int> asked = 0;
  Fixture f([&](const SeenRequest& seen, Answer& answer) {
    ++asked;
    answer_discovery(seen, answer);
  });
  CHECK(f.client.group_path("discovery.k8s.io", {"v1", "v1beta1"}) == "/apis/discovery.k8s.io/v1beta1");
  CHECK(f.client.group_path("", {"v1"}) == "/api/v1");
  CHECK(asked == 2);
  CHECK_FALSE(f.client.group_path("apps.kruise.io", {"v1alpha1"}));
  const auto deployment = f.client.resource("apps/v1", "Deployment");
  REQUIRE(deployment);
  CHECK(deployment->path("shop", "web") == "/apis/apps/v1/namespaces/shop/deployments/web");
  CHECK_FALSE(f.client.resource("apps/v1", "Scale"));
  CHECK_FALSE(f.client.resource("nothing.io/v1", "Nothing"));
  CHECK(asked == 4);
  f.clock.time = 1021s;  // what was not there may be by now
  f.client.group_path("", {"v1"});
  CHECK(asked == 6);
  f.clock.time = 1020s + 299s;
  f.client.group_path("", {"v1"});
  CHECK(asked == 6);
  f.clock.time = 1021s + 301s;
  f.client.group_path("", {"v1"});
  CHECK(asked == 8);
}

TEST_CASE("a watch: lines, the proper end, other ends, and none after it is gone") {
  Fixture f([](const SeenRequest& seen, Answer& answer) {
    if (seen.target == "/base/gone?x=1&watch=1") return answer.reply(410, R"({"message":"too old resource version"})");
    answer.begin(200);
    answer.send("{\"type\":\"ADDED\"}\n{\"type\":");
    answer.send("\"MODIFIED\"}\n");
    if (seen.target == "/base/endless?watch=1") answer.wait_for_end();
  });
  std::promise<std::string> end;
  std::vector<std::string> lines;
  auto watch = f.client.watch("/ends", [&](std::string_view line) { lines.emplace_back(line); },
                              [&](std::string text) { end.set_value(std::move(text)); });
  CHECK(end.get_future().get().empty());
  CHECK(lines == std::vector<std::string>{R"({"type":"ADDED"})", R"({"type":"MODIFIED"})"});

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

TEST_CASE("trying a cluster: version and rights") {
  std::atomic<bool> knows_us = true;
  std::atomic<const char*> version = "v1.20.2", denied = "";
  Fixture f([&](const SeenRequest& seen, Answer& answer) {
    if (!knows_us) return answer.reply(401, R"({"message":"Unauthorized"})");
    if (seen.target == "/base/version") return answer.reply(200, R"({"gitVersion":")" + std::string(version) + "\"}");
    const Json asked = parse_json(seen.body).at("spec").at("resourceAttributes");
    const std::string right = text_member(asked, "verb") + " " + text_member(asked, "resource");
    answer.reply(201, print_json({{"status", {{"allowed", std::string_view(denied).find(right) == std::string_view::npos}}}}));
  });
  CHECK(try_cluster(f.client) == "v1.20.2");
  denied = "patch pods, watch endpointslices";
  try {
    try_cluster(f.client);
    FAIL("taken");
  } catch (const Error& error) {
    CHECK(error.code() == "cluster_rights");
    CHECK(error.args().at("rights") == "patch pods, watch endpointslices.discovery.k8s.io");
    CHECK(error.details().at("missing").size() == 2);
  }
  version = "v1.19.7+k3s1";
  CHECK(code_of([&] { try_cluster(f.client); }) == "try_too_old");
  version = "nginx";
  CHECK(code_of([&] { try_cluster(f.client); }) == "try_not_kubernetes");
  knows_us = false;
  CHECK(code_of([&] { try_cluster(f.client); }) == "try_sign_in");
}

TEST_CASE("what a server says when it says no") {
  CHECK(status_message(R"({"kind":"Status","message":"pods is forbidden"})") == "pods is forbidden");
  CHECK(status_message("<html>Bad Gateway</html>") == "<html>Bad Gateway</html>");
  CHECK(status_message(std::string(1000, 'x')).size() == 300);
  for (const auto& [status, code] : {std::pair(401, "cluster_sign_in"), {403, "cluster_forbids"}, {429, "cluster_overloaded"}, {500, "cluster_answer"}})
    CHECK(code_of([&, s = status] { expect_success("shop", {s, "", {}}); }) == code);
}
