#include "format.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

using namespace podload::notify;

TEST_CASE("no receiver gets more messages than it accepts") {
  const auto a_minute = [](const char* name) { return std::chrono::minutes(1) / format_of(name).pace; };
  CHECK(a_minute("dingtalk") < 20);
  CHECK(a_minute("wecom") < 20);
  CHECK(a_minute("feishu") < 100);
  CHECK(a_minute("slack") <= 60);
  CHECK_THROWS_AS(format_of("telegram"), std::logic_error);
}

TEST_CASE("no text mentions users") {
  CHECK(format_of("feishu").escaped("<at user_id=\"all\">") == "\uFF1Cat user_id=\"all\">");
  CHECK(format_of("slack").escaped("a <!channel> & b") == "a &lt;!channel&gt; &amp; b");
  CHECK(format_of("wecom").escaped("it <leaks> <@all>") == "it <leaks> \uFF1C@all>");
}
