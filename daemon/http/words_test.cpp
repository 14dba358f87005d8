#include "http/words.hpp"

#include <catch2/catch.hpp>

using namespace podload;

TEST_CASE("places are filled, and a part in brackets is omitted if one of its places is empty") {
  Words words;
  words.add({{"odd", {{"status", 422}, {"en", "`{name}` is odd.[ Did you mean `{nearest}`?][ Known: {known}.]"}, {"zh-CN", "{name}[（{nearest}）][（{known}）]"}}}}, "words.yaml");
  CHECK(words.say("en", "odd", {{"name", "a"}, {"nearest", "b"}, {"known", ""}}) == "`a` is odd. Did you mean `b`?");
  CHECK(words.say("en", "odd", {{"name", "a"}, {"nearest", ""}, {"known", "b, c"}}) == "`a` is odd. Known: b, c.");
  CHECK(words.say("en", "odd", {{"name", "[x] {y}"}}) == "`[x] {y}` is odd.");
  CHECK(words.say("zh-CN", "odd", {{"name", 7}, {"known", "b"}}) == "7（b）");
  CHECK(words.say("en", "none", Json::object()) == "none");
  CHECK(words.status("odd") == 422);
}
