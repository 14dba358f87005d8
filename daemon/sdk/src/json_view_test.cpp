#include "podload/json_view.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"
#include "podload/parse_json.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;

TEST_CASE("Members, items, pointers, and missing values") {
  const JsonDocument document(R"({"a": {"b": [1, "x", null, true]}, "s": "text", "n": 7, "o": {"k": "v", "w": 1}})");
  const JsonView root = document.root();
  CHECK(root["s"].text() == "text");
  CHECK(root["n"].number() == 7);
  CHECK(root["n"].text("otherwise") == "otherwise");
  CHECK(root.at("/a/b/1").text() == "x");
  CHECK(root.at("/a/b/3").flag());
  CHECK_FALSE(root.at("/a/b/2"));
  CHECK_FALSE(root["none"]["of"]["it"]);
  std::size_t items = 0;
  root["a"]["b"].each([&](JsonView) { ++items; });
  CHECK(items == 4);
  CHECK(root["a"]["b"].size() == 4);
  CHECK(root["o"].labels() == Labels{{"k", "v"}, {"w", ""}});
  CHECK((root.is_object() && root["a"]["b"].is_array() && !root["s"].is_object()));
}

TEST_CASE("A document is read again, and its views move with it") {
  JsonDocument first(R"({"a": 1})");
  JsonDocument moved = std::move(first);
  CHECK(moved.root()["a"].number() == 1);
  moved.read(R"({"a": 22, "b": "longer than the one before"})");
  CHECK(moved.root()["a"].number() == 22);
}

TEST_CASE("An unreadable text counts as the cluster's fault") {
  for (const std::string& text : {std::string(), std::string("{"), std::string("{}}"), std::string("\xff"), std::string(129, '[') + std::string(129, ']'),
                                  std::string(1 << 20, '['),
                                  "[0" + [] { std::string many; for (int i = 0; i < 3'000'000; ++i) many += ",0"; return many; }() + "]"}) {
    try {
      const JsonDocument document(text);
      FAIL(text.substr(0, 20));
    } catch (const Error& error) {
      CHECK(error.code() == "kube_bad_reply");
    }
  }
  CHECK_NOTHROW(JsonDocument(std::string(100, '[') + std::string(100, ']')));
}

TEST_CASE("One object as a tree, up to a limit") {
  const std::string text = R"({"a":[1,-2,18446744073709551615,1.5,true,false,null,"\u4e2d"],"b":{}})";
  CHECK(print_json(JsonDocument(text).root().tree()) == print_json(parse_json(text)));
  std::string many = "[1";
  for (int i = 0; i < 100'000; ++i) many += ",1";
  const JsonDocument document(many + "]");
  CHECK(testing::code_of([&] { document.root().tree(); }) == "kube_bad_reply");
}
