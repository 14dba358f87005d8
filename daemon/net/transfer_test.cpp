// Limits of a call and kinds of failure: byte limits, the share of a group, delays, and connections that end during a
// call.
#include "net/transfer.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "podload_testing/network.hpp"
#include "podload_testing/tls_server.hpp"

using namespace podload;
using namespace podload::testing;
using namespace std::chrono_literals;
using Kind = HttpFailure::Kind;

namespace {

struct Fixture {
  explicit Fixture(TlsServer::Handler handler) : server(authority.issue({.common_name = "server", .names = {"IP:127.0.0.1"}}), std::move(handler)) {}

  HttpRequest request(const std::string& path = "/") const {
    HttpRequest request;
    request.url = server.url(path);
    request.any_address = true;
    auto tls = std::make_shared<TlsIdentity>();
    tls->ca_pem = authority.cert_pem();
    request.tls = tls;
    return request;
  }
  std::future<HttpResult> start(HttpRequest request) const {
    auto promise = std::make_shared<std::promise<HttpResult>>();
    client->start(std::move(request), [promise](HttpResult result) { promise->set_value(std::move(result)); });
    return promise->get_future();
  }

  Authority authority;
  TlsServer server;
  std::unique_ptr<HttpClient> client = make_network();
};

/// A gzip bomb: `matches` times 258 and one more x, 13 bits each (RFC 1951, fixed codes).
std::string bomb(int matches) {
  std::string bytes("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  unsigned char current = 0;
  int filled = 0;
  const auto put = [&](const char* bits) {
    for (; *bits != '\0'; ++bits) {
      current = static_cast<unsigned char>(current | ((*bits == '1' ? 1 : 0) << filled));
      if (++filled == 8) bytes += static_cast<char>(current), current = 0, filled = 0;
    }
  };
  put("110");       // the last block, with fixed codes
  put("10101000");  // "x"
  for (int i = 0; i < matches; ++i) put("1100010100000");
  return bytes;
}

}  // namespace

TEST_CASE("a reply is counted while it is decompressed, and cut off past its limit") {
  Fixture f([](const SeenRequest&, Responder& answer) { answer.reply(200, bomb(400'000), "Content-Encoding: gzip\r\n"); });
  HttpRequest request = f.request();
  request.body_limit = 1U << 20;  // of 100 MB, compressed to 650 kB
  const HttpResult result = f.client->fetch(request);
  REQUIRE(result.failure);
  CHECK(result.failure->kind == Kind::too_large);
  CHECK(result.reply.body.empty());
}

TEST_CASE("a group's replies share its bytes, small ones always succeed, and released bytes are returned") {
  Fixture f([](const SeenRequest& seen, Responder& answer) { answer.reply(200, std::string(seen.target == "/small" ? 100'000 : 1'000'000, 'x')); });
  HttpRequest request = f.request();
  request.group = "a";
  request.group_bytes = 2'500'000;
  std::vector<HttpReply> kept;
  for (int i = 0; i < 2; ++i) {
    HttpResult result = f.client->fetch(request);
    REQUIRE_FALSE(result.failure);
    kept.push_back(std::move(result.reply));
  }
  CHECK(f.client->fetch(request).failure->kind == Kind::over_budget);
  HttpRequest small = f.request("/small");
  small.group = "a";
  small.group_bytes = request.group_bytes;
  for (int i = 0; i < 10; ++i) {
    HttpResult result = f.client->fetch(small);
    CHECK_FALSE(result.failure);
    kept.push_back(std::move(result.reply));
  }
  HttpRequest other = request;
  other.group = "b";
  CHECK_FALSE(f.client->fetch(other).failure);
  kept.clear();
  CHECK_FALSE(f.client->fetch(request).failure);
}

TEST_CASE("a delayed call starts later, keeps its whole timeout, and ends with the client") {
  Fixture f([](const SeenRequest& seen, Responder& answer) {
    if (seen.target == "/silent") answer.wait_for_end();
    answer.reply(200, "");
  });
  HttpRequest request = f.request();
  request.delay = 300ms;
  const auto began = std::chrono::steady_clock::now();
  CHECK_FALSE(f.client->fetch(request).failure);
  CHECK(std::chrono::steady_clock::now() - began >= 300ms);
  request.url = f.server.url("/silent");
  request.timeout = 200ms;
  const auto again = std::chrono::steady_clock::now();
  CHECK(f.client->fetch(request).failure->kind == Kind::timeout);
  CHECK(std::chrono::steady_clock::now() - again >= 500ms);
  request.delay = 1h;
  auto waiting = f.start(request);
  f.client.reset();
  CHECK(waiting.get().failure->kind == Kind::cancelled);
}

TEST_CASE("many dead kept connections: each is recognized, and a new one is made on request") {
  std::mutex mutex;
  std::set<int> known;
  std::atomic<int> inside = 0;
  Fixture f([&](const SeenRequest& seen, Responder& answer) {
    const bool is_new = [&] {
      const std::scoped_lock lock(mutex);
      return known.insert(seen.connection).second;
    }();
    if (!is_new) return answer.close();  // like a server that was restarted and does not know the connection
    if (seen.target == "/together") {
      ++inside;
      while (inside < 12) std::this_thread::yield();
    }
    answer.reply(200, "");
  });
  std::vector<std::future<HttpResult>> calls;
  for (int i = 0; i < 12; ++i) calls.push_back(f.start(f.request("/together")));
  for (auto& call : calls) REQUIRE_FALSE(call.get().failure);
  const HttpResult dead = f.client->fetch(f.request());
  if (dead.failure) CHECK((dead.failure->kind == Kind::broken && dead.failure->stale && dead.failure->sent));
  HttpRequest request = f.request();
  request.fresh = true;
  CHECK_FALSE(f.client->fetch(request).failure);
}

TEST_CASE("a reply that broke off does not count as a dead connection") {
  Fixture f([](const SeenRequest& seen, Responder& answer) {
    if (seen.target != "/cut") return answer.reply(200, "");
    answer.begin(200);
    answer.send("{");
    answer.close();
  });
  REQUIRE_FALSE(f.client->fetch(f.request()).failure);
  const HttpResult result = f.client->fetch(f.request("/cut"));
  if (result.failure) CHECK_FALSE(result.failure->stale);
}
