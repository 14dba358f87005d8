#include "http/known_members.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"
#include "podload/parse_json.hpp"

using namespace podload;

namespace {

const Json kText = {{"type", "string"}};

Json object(const Json& properties, const Json& more = Json::object()) {
  Json schema = {{"type", "object"}, {"properties", properties}};
  schema.update(more);
  return schema;
}

Json with_schemas(const Json& schemas) { return {{"components", {{"schemas", schemas}}}}; }

Json ref(const char* name) { return {{"$ref", std::string("#/components/schemas/") + name}}; }

/// "where: known, known" of the first unknown member; "" if there is none.
std::string unknown(const Json& document, const Json& schema, const char* body) {
  const KnownMembers members(document, schema);
  const auto found = members.unknown_in(parse_json(body));
  if (!found) return "";
  std::string text = found->where + ":";
  for (const std::string& name : found->known) text += " " + name;
  return text;
}

std::string unknown(const Json& schema, const char* body) { return unknown(with_schemas(Json::object()), schema, body); }

std::string refusal(const Json& schema) {
  try {
    const KnownMembers members(with_schemas(Json::object()), schema);
    return "taken";
  } catch (const Error& error) {
    return text_member(error.args(), "what");
  }
}

}  // namespace

TEST_CASE("an undeclared member is found at every level") {
  const Json schema = object({{"reason", kText}, {"inner", object({{"a", kText}})}, {"list", {{"type", "array"}, {"items", object({{"b", kText}})}}}});
  CHECK(unknown(schema, R"({"reason": "x", "inner": {"a": "x"}, "list": [{"b": "x"}, {}]})") == "");
  CHECK(unknown(schema, R"({"dry_run": true})") == "dry_run: inner list reason");
  CHECK(unknown(schema, R"({"": 1})") == ": inner list reason");
  CHECK(unknown(schema, R"({"inner": {"A": "x"}})") == "inner.A: a");
  CHECK(unknown(schema, R"({"list": [{"b": "x"}, {"c": 1}]})") == "list.1.c: b");
  for (const char* body : {"null", "7", "[]", "\"text\"", R"({"inner": [], "list": {}})"}) CHECK(unknown(schema, body) == "");
}

TEST_CASE("additionalProperties and free-form objects are accepted as declared") {
  CHECK(unknown(object({{"a", kText}}, {{"additionalProperties", true}}), R"({"b": {"c": 1}})") == "");
  CHECK(unknown(object({{"a", kText}}, {{"additionalProperties", false}}), R"({"b": 1})") == "b: a");
  CHECK(unknown({{"type", "object"}, {"additionalProperties", false}}, R"({"b": 1})") == "b:");
  CHECK(unknown({{"type", "object"}}, R"({"b": {"c": 1}})") == "");
  const Json map = {{"type", "object"}, {"additionalProperties", object({{"level", kText}})}};
  CHECK(unknown(map, R"({"any": {"level": "read"}})") == "");
  CHECK(unknown(map, R"({"any": {"lvel": "read"}})") == "any.lvel: level");
}

TEST_CASE("references and allOf add their members, and a schema may be recursive") {
  const Json document = with_schemas({{"Base", object({{"a", kText}})}, {"Tree", object({{"name", kText}, {"child", ref("Tree")}})}});
  const Json both = {{"allOf", Json::array({ref("Base"), object({{"b", kText}}), {{"type", "object"}, {"required", {"a"}}}})}};
  CHECK(unknown(document, both, R"({"a": "x", "b": "x"})") == "");
  CHECK(unknown(document, both, R"({"a": "x", "c": "x"})") == "c: a b");
  CHECK(unknown(document, ref("Base"), R"({"b": "x"})") == "b: a");
  CHECK(unknown(document, ref("Tree"), R"({"child": {"child": {"name": "x"}}})") == "");
  CHECK(unknown(document, ref("Tree"), R"({"child": {"child": {"nam": "x"}}})") == "child.child.nam: child name");
}

TEST_CASE("of an anyOf, the branch that the value matches counts") {
  const Json grant = object({{"name", kText}, {"level", kText}}, {{"required", {"name"}}, {"additionalProperties", false}});
  const Json clusters = {{"anyOf", Json::array({{{"type", "array"}, {"items", {{"anyOf", Json::array({kText, grant})}}}},
                                                {{"type", "object"}, {"additionalProperties", {{"anyOf", Json::array({{{"type", "boolean"}}, object({{"level", kText}})})}}}}})}};
  const Json schema = object({{"clusters", clusters}});
  for (const char* body : {R"({"clusters": []})", R"({"clusters": ["a", {"name": "b", "level": "read"}]})", R"({"clusters": {}})",
                           R"({"clusters": {"a": true, "b": {"level": "read"}}})"})
    CHECK(unknown(schema, body) == "");
  CHECK(unknown(schema, R"({"clusters": ["a", {"name": "b", "lvel": "read"}]})") == "clusters.1.lvel: level name");
  CHECK(unknown(schema, R"({"clusters": [{"nam": "b"}]})") == "clusters.0.nam: level name");
  CHECK(unknown(schema, R"({"clusters": {"b": {"lvel": "read"}}})") == "clusters.b.lvel: level");
  // Two alternatives of one object: a member of one is unknown in the other.
  const Json two = object({{"kind", kText}}, {{"oneOf", Json::array({object({{"a", kText}}, {{"required", {"a"}}}), object({{"b", kText}}, {{"required", {"b"}}})})}});
  CHECK(unknown(two, R"({"kind": "x", "a": "x"})") == "");
  CHECK(unknown(two, R"({"kind": "x", "b": "x"})") == "");
  CHECK(unknown(two, R"({"kind": "x", "a": "x", "b": "x"})") == "b: a kind");
}

TEST_CASE("a keyword that makes the known members unclear is refused") {
  CHECK(refusal({{"if", {{"type", "object"}}}}).find("`if`") != std::string::npos);
  CHECK(refusal(object({{"a", {{"not", kText}}}})).find("`not`") != std::string::npos);
  CHECK(refusal({{"items", Json::array({kText})}}).find("list of `items`") != std::string::npos);
  CHECK(refusal(object({{"not", kText}, {"if", kText}})) == "taken");
}
