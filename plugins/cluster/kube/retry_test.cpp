#include "kube/retry.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::cluster;
using namespace std::chrono_literals;

namespace {

HttpResult answer(int status, const char* retry_after = nullptr) {
  HttpResult result;
  result.reply.status = status;
  if (retry_after != nullptr) result.reply.headers["retry-after"] = retry_after;
  return result;
}

HttpResult broken(bool stale, bool sent) {
  HttpResult result;
  result.failure = HttpFailure{HttpFailure::Kind::broken, "", stale, sent};
  return result;
}

std::optional<std::chrono::milliseconds> delay(const char* method, const HttpResult& result, int tries = 1, std::chrono::milliseconds left = 5s) {
  const auto next = again(method, result, tries, left);
  return next ? std::optional(next->delay) : std::nullopt;
}

}  // namespace

TEST_CASE("429 is retried after the delay that the server requests, within limits") {
  for (const char* method : {"GET", "PATCH", "POST"}) {
    CHECK(delay(method, answer(429, "2")) == 2s);
    CHECK(delay(method, answer(429)) == 1s);
    CHECK(delay(method, answer(429, "0")) == 100ms);
    CHECK(delay(method, answer(429, "soon")) == 1s);
    CHECK_FALSE(delay(method, answer(429, "5")));   // leaves no time for an answer
    CHECK_FALSE(delay(method, answer(429, "60")));
    CHECK_FALSE(delay(method, answer(429, "1"), 3));
    CHECK(delay(method, answer(429, "1"), 2) == 1s);
  }
}

TEST_CASE("503 with Retry-After is trusted for reads only, other answers are final") {
  CHECK(delay("GET", answer(503, "1")) == 1s);
  CHECK_FALSE(delay("GET", answer(503)));
  CHECK_FALSE(delay("PATCH", answer(503, "1")));
  for (const int status : {200, 201, 400, 401, 403, 404, 409, 410, 422, 500, 502, 504}) CHECK_FALSE(delay("GET", answer(status, "1")));
}

TEST_CASE("A request lost with a dead kept connection is sent once more if that is safe") {
  CHECK(delay("GET", broken(true, true)) == 0s);
  CHECK(again("GET", broken(true, true), 1, 5s)->fresh);
  CHECK(delay("PATCH", broken(true, false)) == 0s);
  CHECK_FALSE(delay("PATCH", broken(true, true)));
  CHECK_FALSE(delay("GET", broken(false, true)));
  CHECK_FALSE(delay("GET", broken(true, true), 2));
}
