#include "envelope.hpp"
#include "podload/parse_json.hpp"

#include <catch2/catch.hpp>
#include <algorithm>

#include "chat_testing.hpp"

using namespace podload;
using namespace podload::notify;

namespace {

const SystemTime kNow{std::chrono::milliseconds(1700000000123)};

Event event() {
  Event made;
  made.id = "msg_1";
  made.name = "operation.settled";
  made.at = "2026-01-01T00:00:00.000Z";
  made.data = {{"pod", "web-1"}};
  return made;
}

HttpRequest of(const std::string& format, const std::string& url, const std::string& secret, const std::string& text = "hello") {
  return envelope(chat_of(format), {Secret(url), Secret(secret)}, event(), text, kNow);
}

}  // namespace

// The signatures were computed separately, with Python's hmac.

TEST_CASE("DingTalk: timestamp and signature are in the query") {
  const HttpRequest request = of("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=t", "SECabc");
  CHECK(request.url == "https://oapi.dingtalk.com/robot/send?access_token=t&timestamp=1700000000123&sign=IqXBU%2FaLfwMA3S%2FtDcfRmHx5vWHw9Y1aOgFLBr1Ti9w%3D");
  CHECK(parse_json(request.body) == Json{{"msgtype", "text"}, {"text", {{"content", "hello"}}}});
  CHECK(of("dingtalk", "https://x/send?access_token=t", "").url == "https://x/send?access_token=t");
}

TEST_CASE("Feishu: timestamp and signature are in the body, and a text mentions nobody") {
  const Json body = parse_json(of("feishu", "https://open.feishu.cn/hook/x", "abc", "<at user_id=\"all\">").body);
  CHECK(body["timestamp"] == "1700000000");
  CHECK(body["sign"] == "VIS10b0EBvzzSdFnuk4tznEmK5wHaruvf/WnViv2yR4=");
  CHECK(body["content"]["text"] == "\uFF1Cat user_id=\"all\">");
}

TEST_CASE("Slack and WeCom: the URL is the secret") {
  CHECK(parse_json(of("slack", "https://hooks.slack.com/x", "", "a <!channel> & b").body)["text"] == "a &lt;!channel&gt; &amp; b");
  CHECK(parse_json(of("wecom", "https://qyapi.weixin.qq.com/x?key=k", "").body)["text"]["content"] == "hello");
}

TEST_CASE("JSON: signed like standard webhooks") {
  const auto header = [](const HttpRequest& request, const std::string& name) {
    const auto found = std::find_if(request.headers.begin(), request.headers.end(), [&](const auto& line) { return line.starts_with(name + ": "); });
    return found == request.headers.end() ? std::string() : found->substr(name.size() + 2);
  };
  const HttpRequest request = of("json", "https://example.com/x", "whsec_c2VjcmV0");
  CHECK(header(request, "webhook-id") == "msg_1");
  CHECK(header(request, "webhook-timestamp") == "1700000000");
  CHECK(request.body == R"({"data":{"pod":"web-1"},"id":"msg_1","message":"hello","timestamp":"2026-01-01T00:00:00.000Z","type":"operation.settled"})");
  CHECK(header(request, "webhook-signature") == "v1,SyRC24SaYR/gL2Omju/A7FYW79kpd6MfFwZT4QdY3bc=");
  CHECK(header(of("json", "https://example.com/x", ""), "webhook-signature").empty());
}
