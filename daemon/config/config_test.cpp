#include <catch2/catch.hpp>

#include "config/rows.hpp"
#include "config/yaml.hpp"
#include "podload/error.hpp"

using namespace podload;

namespace {
std::string code_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return error.code();
  }
  return "no error";
}
const Environment kNone = [](const std::string&) { return std::nullopt; };
}  // namespace

TEST_CASE("YAML scalars become what YAML 1.2 says") {
  const Json value = parse_yaml("{a: 1, b: '1', c: true, d: yes, e: ~, f: 1.5, g: 0o17, h: [x, {y: z}], i: v1.20.2, j: -3, k: '', l: .}");
  CHECK(value["a"] == 1);
  CHECK(value["b"] == "1");
  CHECK(value["c"] == true);
  CHECK(value["d"] == "yes");
  CHECK(value["e"].is_null());
  CHECK(value["f"] == 1.5);
  CHECK(value["g"] == "0o17");
  CHECK(value["h"][1]["y"] == "z");
  CHECK(value["i"] == "v1.20.2");
  CHECK(value["j"] == -3);
  CHECK(value["k"] == "");
  CHECK(value["l"] == ".");
}

TEST_CASE("Printed YAML is parsed back unchanged, and looks like YAML") {
  const Json value = {{"text", {"plain words", "yes", "1.5", "0x10", "", "a: b", "tail ", "汉字", "- x", "line\nline\n", "no end\nhere", " lead\n",
                                "bell\a", "trailing \n", "url:http://x/y", "two\n\n"}},
                      {"numbers", {1, -3, 1.5, 12345678901234}},
                      {"no", Json::object()},
                      {"none", Json::array()},
                      {"null", nullptr},
                      {"flags", {true, false}},
                      {"deep", {{"a", {{{"b", "c"}, {"d", {1, 2}}}}}}}};
  INFO(print_yaml(value));
  CHECK(parse_yaml(print_yaml(value)) == value);
  CHECK(print_yaml({{"kind", "Service"}, {"spec", {{"ports", {{{"port", 80}}}}}}, {"text", "a\nb\n"}}) ==
        "kind: Service\nspec:\n  ports:\n    - port: 80\ntext: |\n  a\n  b\n");
}

TEST_CASE("nested arrays and maps keep their places while they grow") {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "- {a: [1, 2, {b: [3]}], c: " + std::to_string(i) + "}\n";
  const Json value = parse_yaml(text);
  REQUIRE(value.size() == 200);
  CHECK(value[199]["c"] == 199);
  CHECK(value[0]["a"][2]["b"][0] == 3);
}

TEST_CASE("YAML with aliases, duplicate keys or several documents is refused") {
  for (const char* text : {"a: &x [1]\nb: *x\n", "a: 1\na: 2\n", "a: [1", "--- 1\n--- 2\n", "[a]: 1\n", "\t\n\t- x: ["}) {
    INFO(text);
    CHECK(code_of([&] { parse_yaml(text); }) == "not_yaml");
  }
  CHECK(code_of([] { parse_yaml(std::string(200000, '[')); }) == "not_yaml");
}

TEST_CASE("configuration: defaults, file, environment, in that order") {
  const std::vector<ConfigRow> rows{ConfigRow::from_json({{"key", "idle_seconds"}, {"type", "integer"}, {"default", 600}, {"minimum", 60}}, "auth"),
                                    ConfigRow::from_json({{"key", "label"}, {"default", "load"}, {"env", "LOAD_LABEL"}}, "auth")};
  CHECK(checked_config(rows, nullptr, "auth", kNone) == Json{{"idle_seconds", 600}, {"label", "load"}});
  CHECK(checked_config(rows, {{"idle_seconds", 90}}, "auth", kNone)["idle_seconds"] == 90);
  const Environment set = [](const std::string& name) -> std::optional<std::string> {
    if (name == "PODLOAD_AUTH_IDLE_SECONDS") return "120";
    if (name == "LOAD_LABEL") return "traffic";
    return std::nullopt;
  };
  CHECK(checked_config(rows, {{"idle_seconds", 90}}, "auth", set) == Json{{"idle_seconds", 120}, {"label", "traffic"}});
  CHECK(code_of([&] { checked_config(rows, {{"idle_seconds", 5}}, "auth", kNone); }) == "bad_config_value");
  CHECK(code_of([&] { checked_config(rows, {{"idle_seconds", "90"}}, "auth", kNone); }) == "bad_config_value");
}

TEST_CASE("an unknown key is refused, and the nearest key is named") {
  const std::vector<ConfigRow> rows{ConfigRow::from_json({{"key", "idle_seconds"}, {"type", "integer"}, {"default", 600}}, "auth")};
  try {
    checked_config(rows, {{"idle_second", 5}}, "auth", kNone);
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.code() == "unknown_config_key");
    CHECK(error.args() == Json{{"key", "auth.idle_second"}, {"nearest", "idle_seconds"}});
  }
}
