#include <catch2/catch.hpp>

#include "http/path.hpp"
#include "http/words.hpp"
#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;

TEST_CASE("a target is decoded once") {
  const Target target = parse_target("/api/c%31/%E4%B8%AD?type=deploy%20ment&q=a+b&flag");
  CHECK(target.segments == std::vector<std::string>{"api", "c1", "中"});
  CHECK(target.query.at("type") == "deploy ment");
  CHECK(target.query.at("q") == "a b");
  CHECK(target.query.at("flag").empty());
  CHECK(parse_target("/api/a%2531").segments[1] == "a%31");  // once, not twice
}

TEST_CASE("an ambiguous target is refused") {
  for (const char* uri : {"", "api", "/", "/api//x", "/api/x/", "/api/../x", "/api/./x", "/api/%2e%2e/x", "/api/a%2Fb", "/api/a%5Cb",
                          "/api/a%00b", "/api/a%0Ab", "/api/%", "/api/%2", "/api/%zz", "/api/%C0%AF", "/api/%ED%A0%80", "/api/%FF",
                          "/api/x?a=1&a=2", "/api/x?a=%00"}) {
    INFO(uri);
    CHECK(testing::code_of([&] { parse_target(uri); }) == "bad_path");
  }
}

TEST_CASE("the language is the header's preferred one, and Chinese without a header") {
  CHECK(language_of("") == "zh-CN");
  CHECK(language_of("en-US,en;q=0.9,zh;q=0.8") == "en");
  CHECK(language_of("fr, zh-TW;q=0.7, en;q=0.3") == "zh-CN");
  CHECK(language_of("de") == "zh-CN");
}

TEST_CASE("texts are filled in, and need both languages") {
  Words words;
  words.add({{"gone", {{"status", 404}, {"en", "{name} is gone ({count})"}, {"zh-CN", "{name} 没了（{count}）"}}}}, "a");
  CHECK(words.say("en", "gone", {{"name", "web-0"}, {"count", 2}}) == "web-0 is gone (2)");
  CHECK(words.say("zh-CN", "gone", {{"name", "{name}"}, {"count", 1}}) == "{name} 没了（1）");
  CHECK(words.status("gone") == 404);
  CHECK(testing::code_of([&] { words.add({{"gone", {{"en", "x"}, {"zh-CN", "y"}}}}, "b"); }) == "bad_words");
  CHECK(testing::code_of([&] { words.add({{"half", {{"en", "x"}}}}, "b"); }) == "bad_words");
  CHECK(testing::code_of([&] { words.add({{"typo", {{"en", "{what}"}, {"zh-CN", "{waht}"}}}}, "b"); }) == "bad_words");
  for (const Json& status : {Json("404"), Json(0), Json(1000)})
    CHECK(testing::code_of([&] { words.add({{"odd", {{"status", status}, {"en", "x"}, {"zh-CN", "y"}}}}, "b"); }) == "bad_words");
}
