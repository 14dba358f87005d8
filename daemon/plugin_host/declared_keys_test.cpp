#include "plugin_host/declared_keys.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"

using namespace podload;

namespace {

Manifest plugin(const char* name, Json rows, std::vector<std::string> other_keys, Json declares = Json::object()) {
  Manifest manifest;
  manifest.name = name;
  manifest.rows = std::move(rows);
  manifest.other_keys = std::move(other_keys);
  manifest.declares = std::move(declares);
  return manifest;
}

const Json kSchema = {{"type", "object"}, {"required", {"operation"}}, {"additionalProperties", false},
                      {"properties", {{"operation", {{"enum", {"remove", "restore"}}}}}}};

Manifest reader(const char* name = "pod-load") { return plugin(name, Json::object(), {}, {{"checks", kSchema}}); }

/// "plugin: what"; empty if they are accepted.
std::string fault(const std::vector<Manifest>& manifests) {
  try {
    check_declared_keys(manifests);
    return {};
  } catch (const Error& error) {
    CHECK(error.code() == "bad_manifest");
    return text_member(error.args(), "plugin") + ": " + text_member(error.args(), "what");
  }
}

}  // namespace

TEST_CASE("a plugin may have the rows that another one declares, if they match its schema") {
  const auto rows = [](Json given) { return plugin("freeze", {{"checks", std::move(given)}}, {"checks"}); };
  CHECK(fault({reader(), rows(Json::array())}).empty());
  CHECK(fault({reader(), rows(Json::array({{{"operation", "remove"}}}))}).empty());
  CHECK(fault({rows(Json::array({{{"operation", "remove"}}})), reader()}).empty());  // in any order
  CHECK(fault({reader(), rows({{"operation", "remove"}})}) == "freeze: checks: must be a list");
  CHECK(fault({reader(), rows(Json::array({{{"operation", "remove"}}, {{"operation", "stop"}}}))}).find("freeze: checks: row 2: operation: ") == 0);
  CHECK(fault({reader(), rows(Json::array({Json::object()}))}).find("freeze: checks: row 1: ") == 0);
}

TEST_CASE("a key that nobody reads is refused, and the nearest one is named") {
  const Manifest wrong = plugin("freeze", {{"check", Json::array()}}, {"check"});
  CHECK(fault({reader(), wrong}) == "freeze: `check` is not known; did you mean `checks`?");
  CHECK(fault({plugin("a", {{"sumary", "x"}}, {"sumary"})}) == "a: `sumary` is not known; did you mean `summary`?");
}

TEST_CASE("a key is declared once, with a schema that can be read") {
  CHECK(fault({reader("a"), reader("b")}) == "b: declares: the key checks is declared by the plugin a");
  CHECK(fault({plugin("a", Json::object(), {}, {{"summary", kSchema}})}) == "a: declares: the key summary is the host's");
  CHECK(fault({plugin("a", Json::object(), {}, {{"checks", {{"type", "objekt"}}}})}).find("a: declares: the schema of checks: ") == 0);
}
