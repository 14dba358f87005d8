#include "net/curl_http_client.hpp"

#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "podload_testing/certificates.hpp"
#include "podload_testing/network.hpp"
#include "podload_testing/tls_server.hpp"

using namespace podload;
using namespace podload::testing;
using namespace std::chrono_literals;
using Kind = HttpFailure::Kind;

namespace {

// A name server that does not answer: the linker finds this getaddrinfo before libc's.
std::promise<void>& resolver_gate() {
  static std::promise<void> gate;
  return gate;
}

class Fixture {
 public:
  explicit Fixture(TlsServer::Handler handler = echo, const std::string& client_ca = {},
                   const std::vector<std::string>& names = {"IP:127.0.0.1", "DNS:localhost"})
      : server(authority.issue({.common_name = "server", .names = names}), std::move(handler), client_ca) {}

  static void echo(const SeenRequest& seen, Responder& answer) {
    answer.reply(200, seen.method + " " + seen.target + " " + seen.body);
  }

  HttpRequest request(const std::string& path = "/", const std::string& host = "127.0.0.1") const {
    HttpRequest request;
    request.url = server.url(path, host);
    request.any_address = true;
    request.tls = identity();
    return request;
  }
  std::shared_ptr<TlsIdentity> identity() const {
    auto tls = std::make_shared<TlsIdentity>();
    tls->ca_pem = authority.cert_pem();
    return tls;
  }

  Authority authority;
  TlsServer server;
  std::unique_ptr<HttpClient> client = make_network();
};

Kind failure(const HttpResult& result) {
  REQUIRE(result.failure);
  INFO(result.failure->text);
  return result.failure->kind;
}

/// Starts a call and can wait for its result.
struct Pending {
  Pending(HttpClient& client, HttpRequest request, HttpClient::OnData on_data = {})
      : call(client.start(std::move(request), [this](HttpResult done) { result.set_value(std::move(done)); }, on_data)) {}
  HttpResult wait() {
    auto future = result.get_future();
    REQUIRE(future.wait_for(10s) == std::future_status::ready);
    return future.get();
  }
  std::promise<HttpResult> result;
  std::shared_ptr<HttpCall> call;
};

}  // namespace

// NOLINTNEXTLINE: must have the name of the one it stands before
extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* name, const char* service,
                                                                  const addrinfo* hints, addrinfo** found) {
  if (name != nullptr && std::string_view(name) == "silent.test") {
    static const std::shared_future<void> opened = resolver_gate().get_future().share();
    opened.wait();
    return EAI_AGAIN;
  }
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(name, service, hints, found);
}

TEST_CASE("a call and its reply") {
  Fixture f([](const SeenRequest& seen, Responder& answer) {
    // Catch's assertions are not thread-safe: the reply carries the result.
    const bool fits = seen.headers.at("authorization") == "Bearer sesame" && seen.headers.at("x-test") == "yes" &&
                      seen.headers.count("expect") == 0;
    answer.reply(!fits ? 500 : seen.method == "PATCH" ? 409 : 200, seen.method + " " + seen.target + " " + seen.body,
                 "X-Twice: a\r\nX-TWICE: b\r\n");
  });
  for (const std::string method : {"GET", "PATCH", "POST", "DELETE"}) {
    HttpRequest request = f.request("/a/../b?x=%2F");
    request.method = method;
    request.body = method == "PATCH" ? "{}" : "";
    request.headers = {"X-Test: yes"};
    request.bearer = Secret("sesame");
    const HttpResult result = f.client->fetch(std::move(request));
    REQUIRE_FALSE(result.failure);
    CHECK(result.reply.status == (method == "PATCH" ? 409 : 200));
    CHECK(result.reply.body == method + " /a/../b?x=%2F " + (method == "PATCH" ? "{}" : ""));
    CHECK(result.reply.headers.at("x-twice") == "a, b");
  }
  CHECK(f.server.connections() == 1);
}

TEST_CASE("only the given authority is trusted, for the right name and date") {
  const auto other = std::make_shared<TlsIdentity>();
  other->ca_pem = Authority("another").cert_pem();
  Fixture f;
  HttpRequest request = f.request();
  request.tls = other;
  CHECK(failure(f.client->fetch(request)) == Kind::tls);
  request.tls = nullptr;  // the system's authorities
  CHECK(failure(f.client->fetch(request)) == Kind::tls);

  Fixture elsewhere(Fixture::echo, {}, {"DNS:kubernetes"});
  CHECK(failure(elsewhere.client->fetch(elsewhere.request())) == Kind::tls);
  request = elsewhere.request();
  auto named = elsewhere.identity();
  named->server_name = "kubernetes";
  request.tls = named;
  CHECK_FALSE(elsewhere.client->fetch(request).failure);

  const Authority authority;
  const TlsServer expired(authority.issue({.names = {"IP:127.0.0.1"}, .starts_in_days = -9, .ends_in_days = -1}), Fixture::echo);
  request = f.request();
  request.url = expired.url("/");
  auto trusting = f.identity();
  trusting->ca_pem = authority.cert_pem();
  request.tls = trusting;
  CHECK(failure(f.client->fetch(request)) == Kind::tls);
}

TEST_CASE("the Host header has the address, not the name that the certificate is verified for") {
  Fixture f([](const SeenRequest& seen, Responder& answer) { answer.reply(200, seen.headers.at("host")); }, {}, {"DNS:kubernetes"});
  HttpRequest request = f.request();
  auto named = f.identity();
  named->server_name = "kubernetes";
  request.tls = named;
  CHECK(f.client->fetch(request).reply.body == "127.0.0.1:" + std::to_string(f.server.port()));
}

TEST_CASE("client certificates are sent, and never share a connection") {
  const Authority clients("clients");
  Fixture f([](const SeenRequest& seen, Responder& answer) { answer.reply(200, seen.client); }, clients.cert_pem());
  const auto as = [&](const std::string& name) {
    const Certificate certificate = clients.issue({.common_name = name});
    auto tls = f.identity();
    tls->cert_pem = certificate.cert_pem;
    tls->key_pem = Secret(certificate.key_pem);
    HttpRequest request = f.request();
    request.tls = tls;
    return request;
  };
  const HttpRequest alice = as("alice"), bob = as("bob");
  for (int i = 0; i < 3; ++i) {
    CHECK(f.client->fetch(alice).reply.body == "alice");
    CHECK(f.client->fetch(bob).reply.body == "bob");
  }
  CHECK(f.server.connections() == 2);
  CHECK(f.client->fetch(f.request()).failure);
}

TEST_CASE("addresses are checked when connecting, and again on a kept connection") {
  Fixture f;
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    HttpRequest request = f.request("/", host);
    request.any_address = false;
    CHECK(failure(f.client->fetch(request)) == Kind::address_refused);
  }
  CHECK(f.server.connections() == 0);
  CHECK_FALSE(f.client->fetch(f.request()).failure);
  HttpRequest request = f.request();
  request.any_address = false;
  CHECK(failure(f.client->fetch(request)) == Kind::address_refused);
  auto named = f.identity();
  named->server_name = "localhost";
  request.tls = named;
  CHECK(failure(f.client->fetch(request)) == Kind::address_refused);
}

TEST_CASE("only https, no redirects, no credentials in the URL, no line breaks in headers") {
  Fixture f([](const SeenRequest&, Responder& answer) { answer.reply(302, "", "Location: https://127.0.0.1:1/\r\n"); });
  CHECK(f.client->fetch(f.request()).reply.status == 302);
  for (const std::string url :
       {"http://127.0.0.1:1/", "file:///etc/hostname", "ftp://127.0.0.1/", "", "https://", "%",
        "https://user:word@127.0.0.1:1/", "https://127.1:1/", "https://2130706433:1/", "https://0x7f.1:1/"}) {
    HttpRequest request = f.request();
    request.url = url;
    INFO(url);
    CHECK(failure(f.client->fetch(request)) == Kind::broken);
  }
  HttpRequest request = f.request();
  request.bearer = Secret("a\r\nX-Injected: b");
  CHECK(failure(f.client->fetch(request)) == Kind::broken);
  for (const std::string name : {"a:443:evil", "a/b", "127.1", "[::1]"}) {
    auto named = f.identity();
    named->server_name = name;
    request = f.request();
    request.tls = named;
    INFO(name);
    CHECK(f.client->fetch(request).failure.value().text == "not a host name: " + name);
  }
}

TEST_CASE("deadlines") {
  Fixture f([](const SeenRequest& seen, Responder& answer) {
    if (seen.target == "/hang") answer.wait_for_end();
    answer.reply(200, "");
  });
  HttpRequest request = f.request("/hang");
  request.timeout = 50ms;
  const auto began = std::chrono::steady_clock::now();
  CHECK(failure(f.client->fetch(request)) == Kind::timeout);
  CHECK(std::chrono::steady_clock::now() - began < 2s);
  CHECK_FALSE(f.client->fetch(f.request()).failure);
}

TEST_CASE("calls that wait for another call's connection keep their own deadlines") {
  // The kernel accepts but nothing answers: every call waits for the first one's handshake.
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(listen(listener, 16) == 0);
  REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);

  const auto client = make_network();
  HttpRequest request;
  request.url = "https://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  request.any_address = true;
  request.connect_timeout = 500ms;
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<Pending>> calls;
  for (int i = 0; i < 8; ++i) calls.push_back(std::make_unique<Pending>(*client, request));
  for (auto& call : calls) CHECK(failure(call->wait()) == Kind::connect);
  CHECK(std::chrono::steady_clock::now() - began < 3000ms);  // sequentially it would be 4 s
  close(listener);
}

TEST_CASE("a silent name server delays neither other calls nor the shutdown") {
  Fixture f;
  HttpRequest silent = f.request("/", "silent.test");
  silent.connect_timeout = 100ms;
  Pending overdue(*f.client, silent);
  CHECK_FALSE(f.client->fetch(f.request()).failure);
  CHECK(failure(overdue.wait()) == Kind::connect);
  silent.connect_timeout = 60s;
  silent.timeout = 60s;
  Pending unfinished(*f.client, silent);
  Pending dropped(*f.client, silent);
  dropped.call->cancel();
  CHECK(failure(dropped.wait()) == Kind::cancelled);
  f.client.reset();
  CHECK(failure(unfinished.wait()) == Kind::cancelled);
  resolver_gate().set_value();
}

TEST_CASE("a full group fails at once and does not affect the others") {
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  Fixture f([&](const SeenRequest& seen, Responder& answer) {
    if (seen.target == "/hang") opened.wait();
    answer.reply(200, "");
  });
  HttpRequest request = f.request("/hang");
  request.group = "a";
  request.group_limit = 2;
  Pending first(*f.client, request), second(*f.client, request);
  CHECK(failure(f.client->fetch(request)) == Kind::busy);
  HttpRequest other = f.request("/");
  other.group = "b";
  other.group_limit = 2;
  CHECK_FALSE(f.client->fetch(other).failure);
  gate.set_value();
  CHECK_FALSE(first.wait().failure);
  CHECK_FALSE(second.wait().failure);
  CHECK_FALSE(f.client->fetch(request).failure);
}

TEST_CASE("streams: pieces as they arrive, cancel, and the server's end") {
  Fixture f([](const SeenRequest& seen, Responder& answer) {
    if (seen.target == "/gone") return answer.reply(410, "too old");
    answer.begin(200);
    answer.send("one\n");
    if (seen.target == "/endless") answer.wait_for_end();
  });
  HttpRequest request = f.request("/endless");
  request.timeout = 0ms;
  std::promise<std::string> head, piece;
  Pending endless(*f.client, request, [&](std::string_view bytes) { (bytes.empty() ? head : piece).set_value(std::string(bytes)); });
  CHECK(head.get_future().get().empty());
  CHECK(piece.get_future().get() == "one\n");
  endless.call->cancel();
  CHECK(failure(endless.wait()) == Kind::cancelled);
  endless.call->cancel();

  request.url = f.server.url("/ends");
  std::string seen;
  Pending ends(*f.client, request, [&](std::string_view bytes) { seen += bytes; });
  CHECK_FALSE(ends.wait().failure);
  CHECK(seen == "one\n");

  request.url = f.server.url("/gone");
  Pending gone(*f.client, request, [&](std::string_view) { FAIL("not a 2xx"); });
  const HttpResult result = gone.wait();
  CHECK(result.reply.status == 410);
  CHECK(result.reply.body == "too old");
}

TEST_CASE("a body over its limit ends the call") {
  Fixture f([](const SeenRequest&, Responder& answer) { answer.reply(200, std::string(100'000, 'x')); });
  HttpRequest request = f.request();
  request.body_limit = 99'999;
  CHECK(failure(f.client->fetch(request)) == Kind::too_large);
  request.body_limit = 100'000;
  CHECK(f.client->fetch(request).reply.body.size() == 100'000);
}

TEST_CASE("shutting down ends every call, and later calls at once") {
  Fixture f([](const SeenRequest&, Responder& answer) { answer.wait_for_end(); });
  std::vector<std::unique_ptr<Pending>> calls;
  for (int i = 0; i < 20; ++i) calls.push_back(std::make_unique<Pending>(*f.client, f.request()));
  auto& client = dynamic_cast<net::CurlHttpClient&>(*f.client);
  client.stop();
  for (auto& call : calls) CHECK(failure(call->wait()) == Kind::cancelled);
  CHECK(failure(client.fetch(f.request())) == Kind::cancelled);
  const auto call = calls.front()->call;
  f.client.reset();
  call->cancel();
}

TEST_CASE("a kept connection that the server closed is replaced transparently") {
  Fixture f([](const SeenRequest& seen, Responder& answer) {
    Fixture::echo(seen, answer);
    answer.close();
  });
  for (int i = 0; i < 20; ++i) CHECK_FALSE(f.client->fetch(f.request()).failure);
}
