#include "answer.hpp"

#include <catch2/catch.hpp>

#include "chat_testing.hpp"

using namespace podload;
using namespace podload::notify;
using Result = DeliveryResult::Result;
using std::chrono::seconds;

namespace {

HttpResult reply(int status, const std::string& body, const std::string& retry_after = {}) {
  HttpResult result;
  result.reply.status = status;
  result.reply.body = body;
  if (!retry_after.empty()) result.reply.headers["retry-after"] = retry_after;
  return result;
}

ReceiverAnswer of(const std::string& format, const HttpResult& result) { return answer_of(chat_of(format), result, {}); }

}  // namespace

TEST_CASE("accepted messages") {
  CHECK(of("dingtalk", reply(200, R"({"errcode":0,"errmsg":"ok"})")).result == Result::delivered);
  CHECK(of("feishu", reply(200, R"({"code":0,"msg":"success"})")).result == Result::delivered);
  CHECK(of("slack", reply(200, "ok")).result == Result::delivered);
  CHECK(of("json", reply(204, "")).result == Result::delivered);
  CHECK(of("json", reply(204, "")).rest == seconds(0));
  CHECK(of("wecom", reply(200, R"({"errcode":0})")).rest == seconds(4));  // 20 per minute are accepted
}

TEST_CASE("too many messages: a pause as long as the answer says, or its format's default") {
  const auto rest = [](const std::string& format, const HttpResult& result) {
    const ReceiverAnswer answer = of(format, result);
    CHECK(answer.result == Result::too_fast);
    return answer.rest;
  };
  CHECK(rest("dingtalk", reply(200, R"({"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"})")) == seconds(600));
  CHECK(rest("feishu", reply(200, R"({"code":9499,"msg":"too many request"})")) == seconds(60));
  CHECK(rest("feishu", reply(400, R"({"code":11232,"msg":"frequency limited"})")) == seconds(60));
  CHECK(rest("wecom", reply(200, R"({"errcode":45009,"errmsg":"api freq out of limit"})")) == seconds(60));
  CHECK(rest("slack", reply(429, "rate_limited", "30")) == seconds(30));
  CHECK(rest("slack", reply(429, "", "0")) == seconds(1));
  CHECK(rest("json", reply(429, "", "99999")) == seconds(3600));
  CHECK(rest("json", reply(429, "", "Wed, 21 Oct 2026 07:28:00 GMT")) == seconds(60));
  CHECK(rest("json", reply(429, "", "-5")) == seconds(60));
}

TEST_CASE("answers that no further attempt will change are refusals") {
  for (const char* body : {R"({"errcode":40058})", R"({"errcode":45002})", R"({"errcode":93000,"errmsg":"invalid webhook url"})"})
    CHECK(of("wecom", reply(200, body)).result == Result::refused);
  const ReceiverAnswer unsigned_ = of("dingtalk", reply(200, R"({"errcode":310000,"errmsg":"sign not match"})"));
  CHECK(unsigned_.result == Result::refused);
  CHECK(unsigned_.problem.find("sign not match") != std::string::npos);
  CHECK(of("feishu", reply(200, R"({"code":19021,"msg":"sign match fail"})")).result == Result::refused);
  for (const int status : {400, 401, 403, 404, 405, 410, 413, 422, 301, 302})
    CHECK(of("slack", reply(status, "no_service")).result == Result::refused);
  CHECK(of("json", reply(302, "elsewhere")).problem == "HTTP 302 elsewhere");
}

TEST_CASE("all other answers are retried") {
  for (const int status : {408, 425, 500, 502, 503, 504, 199, 0}) CHECK(of("slack", reply(status, "")).result == Result::again);
  CHECK(of("json", reply(503, "", "20")).rest == seconds(20));
  for (const char* body : {"not json", "[]", "{}", R"({"code":"0"})", R"({"code":-1})", R"({"errcode":0})"})
    CHECK(of("feishu", reply(200, body)).result == Result::again);
  CHECK(of("wecom", reply(200, R"({"errcode":-1,"errmsg":"system busy"})")).result == Result::again);
  CHECK(of("wecom", reply(200, std::string(5000, '['))).result == Result::again);
  HttpResult failed;
  failed.failure = HttpFailure{HttpFailure::Kind::timeout, "too late"};
  CHECK(of("slack", failed).result == Result::again);
  CHECK(of("slack", failed).problem == "too late");
}

TEST_CASE("the stored text of an answer is clean, short and without secrets") {
  const std::vector<std::string> secrets{"canary-token"};
  const auto kept = [&](const HttpResult& result) { return answer_of(chat_of("dingtalk"), result, secrets).problem; };
  CHECK(kept(reply(500, "you sent Canary-Token\nhere")) == "HTTP 500 you sent ***\uFFFDhere");
  CHECK(kept(reply(200, std::string(195, 'x') + "canary-token")).find("can") == std::string::npos);  // cut after it, not within it
  CHECK(kept(reply(500, std::string(9000, 'x'))).size() < 250);
  HttpResult failed;
  failed.failure = HttpFailure{HttpFailure::Kind::connect, "no way to /canary-token"};
  CHECK(kept(failed) == "no way to /***");
}
