#include "text.hpp"

#include <catch2/catch.hpp>

#include "podload_testing/doubles.hpp"

using podload::testing::code_of;

TEST_CASE("a text has at most 500 characters, however many bytes these are") {
  const auto body = [](const std::string& character, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += character;
    return podload::Json{{"text", text}};
  };
  CHECK(your_plugin::checked_text({{"text", "长"}}) == "长");
  CHECK(code_of([&] { your_plugin::checked_text(body("长", 500)); }).empty());
  CHECK(code_of([&] { your_plugin::checked_text(body("x", 501)); }) == "your_plugin_too_long");
}
