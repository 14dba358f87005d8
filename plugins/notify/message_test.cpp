#include "message.hpp"
#include "podload/parse_json.hpp"

#include <catch2/catch.hpp>

#include "chat_testing.hpp"

using namespace podload;
using namespace podload::notify;

namespace {

std::string text_for(const std::string& name, const Json& data) {
  Event event;
  event.name = name;
  event.data = data;
  return message_of(event, [](const std::string& code, const Json& args) { return code + " " + text_member(args, "pod") + text_member(args, "reason"); });
}

}  // namespace

TEST_CASE("a message has the action, its outcome, and the reason") {
  CHECK(text_for("operation.settled", {{"kind", "remove"}, {"pod", "web-1"}, {"outcome", "removed"}, {"reason", "it leaks"}}) ==
        "notify_operation_settled_remove web-1it leaks\noutcome_removed web-1it leaks\nnotify_reason it leaks");
  CHECK(text_for("cluster.added", Json::object()) == "notify_cluster_added ");
}

TEST_CASE("a refusal has its own text") {
  CHECK(text_for("operation.settled", {{"kind", "remove"}, {"outcome", "refused"}, {"refusal", {{"code", "below_minimum"}, {"args", {{"pod", "x"}}}}}}) ==
        "notify_operation_settled_remove \noutcome_refused \nbelow_minimum x");
}

TEST_CASE("users' text cannot add lines, nor make a message too long") {
  const std::string text = text_for("operation.settled", {{"kind", "remove"}, {"reason", "a\u202Eb\x07" + std::string(5000, 'x')}});
  CHECK(text.find('\x07') == std::string::npos);
  CHECK(text.find("\u202E") == std::string::npos);
  CHECK(text.size() < 1500);
}

TEST_CASE("a long Chinese message fits WeCom's limit, cut between characters") {
  Event event;
  event.name = "operation.settled";
  std::string reason, refusal;
  for (int i = 0; i < 60; ++i) reason += "\u6b63\u5728\u6293\u53d6\u5806\u8f6c\u50a8", refusal += "\u7b56\u7565\u7981\u6b62\u53d8\u66f4";
  event.data = {{"kind", "remove"}, {"outcome", "failed"}, {"reason", reason}, {"refusal", {{"code", "patch_refused"}, {"args", {{"message", refusal}}}}}};
  const Say say = [](const std::string& code, const Json& args) { return code + " " + text_member(args, "message") + text_member(args, "reason"); };
  const std::string text = message_of(event, say);
  CHECK(text.size() <= 2000);
  CHECK(text.find("patch_refused \u7b56") != std::string::npos);
  CHECK(text.find("\nnotify_reason ") != std::string::npos);
  CHECK(text.ends_with("\u2026"));
  CHECK(parse_json(print_json(text)) == text);  // valid UTF-8
}

TEST_CASE("cut() limits bytes") {
  CHECK(cut("abc", 3) == "abc");
  CHECK(cut("abcdef", 5) == "ab\u2026");
  CHECK(cut("\u6b63\u6b63", 6) == "\u6b63\u6b63");
  CHECK(cut("\u6b63\u6b63\u6b63", 8) == "\u6b63\u2026");
  CHECK(cut("\U0001F600\U0001F600", 7) == "\U0001F600\u2026");
  CHECK(cut("abcdef", 2).empty());
}

TEST_CASE("texts are combined up to a message's limit, after escaping") {
  const Chat& wecom = chat_of("wecom");
  CHECK(compose(wecom, {"a", "b"}).text == "a\n\nb");
  CHECK(compose(wecom, std::vector<std::string>(5, std::string(1000, 'x'))).count == 2);
  CHECK(compose(chat_of("json"), {"a", "b"}).count == 1);
  for (const char* name : {"dingtalk", "wecom", "feishu", "slack", "json"}) {
    std::string calls;
    for (int i = 0; i < 9000; ++i) calls += "<@&";
    const Composed made = compose(chat_of(name), {calls, "b"});
    CHECK(made.count == 1);
    CHECK(chat_of(name).escaped(made.text).size() <= chat_of(name).most_bytes);
    CHECK(made.text.size() > 1000);
  }
}
