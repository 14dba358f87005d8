#include "podload/json.hpp"

#include <catch2/catch.hpp>
#include <ctime>
#include <functional>

#include "podload/error.hpp"
#include "podload/parse_json.hpp"

using namespace podload;

namespace {

std::string refusal(std::string_view text, const JsonLimits& limits = {}) {
  try {
    return print_json(parse_json(text, limits));
  } catch (const Error& error) {
    return error.code();
  }
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

double cpu_seconds(const std::function<void()>& work) {
  const std::clock_t before = std::clock();
  work();
  return static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
}

}  // namespace

TEST_CASE("a JSON text is parsed and printed unchanged") {
  for (const char* text : {"null", "true", "7", "-7", "18446744073709551615", "1.5", "\"\\u0000x\"", "[]", "{}", "[1,[2,{\"a\":[]}],\"b\"]",
                           "{\"a\":{\"b\":[{},{}]},\"c\":null}"})
    CHECK(parse_json(text) == Json::parse(text));
  CHECK(refusal("{\"a\":1,\"a\":2}") == "{\"a\":2}");
}

TEST_CASE("text that is not exactly one JSON value is refused") {
  for (const char* text : {"", " ", "{", "[1,2", "null}", "{} {}", "{a:1}", "[1,]", "'x'", "nul", "\"\xff\xfe\"", "\"\\ud800\"", "01", "{\"a\"}"})
    CHECK(refusal(text) == "not_json");
}

TEST_CASE("levels, values and repeated members are limited") {
  const auto nested = [](std::size_t levels) { return repeated("[", levels) + repeated("]", levels); };
  CHECK(refusal(nested(64)) == nested(64));
  CHECK(refusal(nested(65)) == "not_json");
  CHECK(refusal(repeated("{\"a\":", 65) + "1" + repeated("}", 65)) == "not_json");
  CHECK(refusal(repeated("[", 5000)) == "not_json");
  CHECK(refusal("[1,2,3]", {.values = 4}) == "[1,2,3]");
  CHECK(refusal("[1,2,3,4]", {.values = 4}) == "json_too_large");
  CHECK(refusal("{\"a\":{\"b\":1,\"c\":2,\"b\":3}}", {.repeated_members = false}) == "repeated_member");
  CHECK(refusal("[{\"b\":1},{\"b\":2}]", {.repeated_members = false}) == "[{\"b\":1},{\"b\":2}]");
}

TEST_CASE("parsing time grows linearly with the text") {
  // Half a megabyte each, within a second of CPU time (it was nine before); it takes milliseconds.
  const std::string objects = "{\"x\":[" + repeated("{},", 166'666) + "{}]}";
  const std::string open = repeated("[", 500'000);
  const std::string numbers = "[" + repeated("0,", 250'000) + "0]";
  std::string members = "{";
  for (int i = 0; i < 40'000; ++i) members += "\"m" + std::to_string(i) + "\":0,";
  members += "\"last\":0}";
  for (const std::string& text : {objects, open, numbers, members})
    CHECK(cpu_seconds([&] { refusal(text, {.repeated_members = false}); }) < 1);
}
