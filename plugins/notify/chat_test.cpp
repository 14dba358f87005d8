#include "chat.hpp"

#include <catch2/catch.hpp>

#include "chat_testing.hpp"
#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::notify;

namespace {

Json row(const char* name = "pager") {
  return {{"name", name},
          {"plugin", "on-call"},
          {"title", {{"en", "Pager"}, {"zh-CN", "Pager"}}},
          {"most_bytes", 500},
          {"put", {{"text", "/text"}}}};
}

std::string fault_of(const Json& given) {
  const Chats chats(std::vector<Json>{given});
  CHECK(chats.all().size() + chats.faults().size() == 1);
  return chats.faults().empty() ? "" : chats.faults().front().what;
}

}  // namespace

TEST_CASE("notify declares its own chats, and all of them are valid") {
  CHECK(own_chats().names() == "dingtalk, wecom, feishu, slack, json");
  CHECK(own_chats().faults().empty());
}

TEST_CASE("no receiver gets more messages than it accepts") {
  const auto a_minute = [](const char* name) { return std::chrono::minutes(1) / chat_of(name).pace; };
  CHECK(a_minute("dingtalk") < 20);
  CHECK(a_minute("wecom") < 20);
  CHECK(a_minute("feishu") < 100);
  CHECK(a_minute("slack") <= 60);
}

TEST_CASE("no text mentions users") {
  CHECK(chat_of("feishu").escaped("<at user_id=\"all\">") == "\uFF1Cat user_id=\"all\">");
  CHECK(chat_of("slack").escaped("a <!channel> & b") == "a &lt;!channel&gt; &amp; b");
  CHECK(chat_of("wecom").escaped("it <leaks> <@all>") == "it <leaks> \uFF1C@all>");
}

TEST_CASE("a short row has defaults that suit a chat") {
  const Chats chats(std::vector<Json>{row()});
  const Chat* const chat = chats.find("pager");
  REQUIRE(chat != nullptr);
  CHECK(chat->merges);
  CHECK(chat->pace == std::chrono::seconds(1));
  CHECK(chat->ban == std::chrono::minutes(1));
  CHECK(chat->sign.in == Chat::Signature::In::none);
  CHECK_FALSE(chat->answer.member);
  CHECK(chats.find("other") == nullptr);
}

TEST_CASE("a row whose pointers lead nowhere, or to one place, is left out with the reason") {
  Json bad = row();
  bad["body"] = {{"text", "fixed"}};
  bad["put"]["text"] = "/text/content";
  CHECK(fault_of(bad) == "/text/content leads to nothing in its `body`");
  bad = row();
  bad["put"]["id"] = "/text";
  CHECK(fault_of(bad).find("two values are put at /text") != std::string::npos);
  bad = row();
  bad["put"]["id"] = "/text/id";
  CHECK_FALSE(fault_of(bad).empty());
  bad = row();
  bad["put"]["text"] = "/a~7";
  CHECK(fault_of(bad).find("not a JSON pointer") != std::string::npos);
  bad = row();
  bad["sign"]["body"] = {
      {"unit", "seconds"}, {"key", "secret"}, {"over", "nothing"}, {"timestamp", "/text"}, {"signature", "/sign"}};
  CHECK(fault_of(bad).find("/text") != std::string::npos);
  CHECK(fault_of(row()).empty());
}

TEST_CASE("a name belongs to the first row; a bad row takes no other away") {
  Json second = row();
  second["plugin"] = "another";
  Json bad = row("bad");
  bad["put"]["text"] = "/a~7";
  const Chats chats(std::vector<Json>{row(), second, bad, row("third")});
  CHECK(chats.names() == "pager, third");
  REQUIRE(chats.faults().size() == 2);
  CHECK(chats.faults()[0].plugin == "another");
  CHECK(chats.faults()[1].name == "bad");
}
