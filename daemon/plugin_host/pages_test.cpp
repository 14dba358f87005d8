#include "plugin_host/pages.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"

using namespace podload;

namespace {

Operation operation(const std::string& id, const std::string& method, std::vector<std::string> segments) {
  Operation made;
  made.id = id;
  made.plugin = "notes";
  made.method = method;
  for (const std::string& segment : segments) made.path += "/" + segment;
  made.segments = std::move(segments);
  made.permission = method == "GET" ? Permission::read : Permission::write;
  return made;
}

const Json kTitle = {{"en", "x"}, {"zh-CN", "x"}};

Json page() {
  return {{"name", "notes"}, {"title", kTitle}, {"list", "notes.list"}, {"columns", {{{"member", "pod"}, {"title", kTitle}}}},
          {"form", {{"operation", "notes.set"}, {"fields", {{{"member", "pod"}, {"title", kTitle}}}}}}};
}

/// The fault found in a page; empty if it is accepted.
std::string refusal(const Json& row) {
  Manifest manifest;
  manifest.name = "notes";
  manifest.ui = {{"pages", {row}}};
  try {
    pages_of(manifest, {operation("notes.list", "GET", {"api", "{cluster}", "{namespace}", "notes"}),
                        operation("notes.set", "PUT", {"api", "{cluster}", "{namespace}", "notes", "{pod}"})});
    return {};
  } catch (const Error& error) {
    return text_member(error.args(), "what");
  }
}

template <class Change>
std::string refusal_of(Change change) {
  Json row = page();
  change(row);
  return refusal(row);
}

}  // namespace

TEST_CASE("a page is accepted, or its fault is named") {
  CHECK(refusal(page()).empty());
  CHECK(refusal_of([](Json& row) { row["title"].erase("zh-CN"); }) == "a title in zh-CN is missing");
  CHECK(refusal_of([](Json& row) { row["list"] = "notes.lists"; }) == "the operation «notes.lists» is not in its api.yaml; did you mean `notes.list`?");
  CHECK(refusal_of([](Json& row) { row["list"] = "notes.set"; }) == "notes.set must be a GET to be a list");
  CHECK(refusal_of([](Json& row) { row["form"]["fields"][0]["member"] = "text"; }) == "notes.set: the form has no field for {pod}");
  CHECK(refusal_of([](Json& row) { row["actoins"] = Json::array(); }) == "`actoins` is not known; did you mean `actions`?");
  CHECK(refusal_of([](Json& row) { row["script"] = "alert(1)"; }) == "`script` is not known");
  CHECK(refusal_of([](Json& row) { row["columns"] = Json::array(); }) == "columns is empty");
  CHECK(refusal_of([](Json& row) { row["name"] = "../x"; }) == "a page's name must consist of lowercase letters, digits and -");
}

TEST_CASE("an action on a row is a change that needs no body, with a title and perhaps a question") {
  const auto with = [](Json action) { return refusal_of([&](Json& row) { row["actions"] = Json::array({action}); }); };
  CHECK(with({{"operation", "notes.set"}, {"title", kTitle}, {"confirm", kTitle}}).empty());
  CHECK(with({{"operation", "notes.list"}, {"title", kTitle}}) == "notes.list is a GET; an action needs a change");
  CHECK(with({{"operation", "notes.other"}, {"title", kTitle}}) == "the operation «notes.other» is not in its api.yaml");
  CHECK(with({{"operation", "notes.set"}}) == "a title in en is missing");
  CHECK(with({{"operation", "notes.set"}, {"title", kTitle}, {"confirm", {{"en", "x"}}}}) == "a title in zh-CN is missing");
}

TEST_CASE("columns and fields have the types, choices and requirements of api.yaml") {
  const Json schema = {{"allOf", {{{"$ref", "#/components/schemas/Note"}}, {{"required", {"text"}}}}}};
  Manifest manifest;
  manifest.name = "notes";
  manifest.api = {{"components", {{"schemas", {{"Note", {{"properties", {{"text", {{"type", "string"}}}, {"at", {{"type", "string"}, {"format", "date-time"}}},
                                                                        {"size", {{"type", {"integer", "null"}}}}, {"open", {{"type", "boolean"}}},
                                                                        {"kind", {{"type", "string"}, {"enum", {"a", "b"}}}}}}}}}}}},
                  {"paths", {{"/l", {{"get", {{"operationId", "notes.list"}, {"responses", {{"200", {{"content", {{"application/json", {{"schema",
                                {{"type", "array"}, {"items", {{"$ref", "#/components/schemas/Note"}}}}}}}}}}}}}}}}},
                             {"/c", {{"put", {{"operationId", "notes.set"}, {"requestBody", {{"content", {{"application/json", {{"schema", schema}}}}}}},
                                              {"parameters", {{{"name", "pod"}, {"in", "path"}, {"schema", {{"type", "integer"}}}}}}}}}}}}};
  const auto member = [](const char* name) { return Json{{"member", name}, {"title", kTitle}}; };
  Json row = page();
  row["columns"] = {member("text"), member("at"), member("size"), member("open"), member("absent")};
  row["form"]["fields"] = {member("pod"), member("text"), member("kind"), member("at"), member("absent")};
  manifest.ui = {{"pages", {row}}};
  const Json made = pages_of(manifest, {operation("notes.list", "GET", {"api", "{cluster}", "notes"}),
                                        operation("notes.set", "PUT", {"api", "{cluster}", "notes", "{pod}"})})[0];
  CHECK(made["scope"] == "cluster");
  std::string types;
  for (const Json& column : made["columns"]) types += column["type"].get<std::string>() + " ";
  CHECK(types == "text time number boolean text ");
  types.clear();
  for (const Json& field : made["form"]["fields"]) types += field["type"].get<std::string>() + (field["required"] == true ? "! " : " ");
  CHECK(types == "number! text! text time text! ");
  CHECK(made["form"]["fields"][2]["choices"] == Json{"a", "b"});
}

TEST_CASE("a plugin without ui.json has no pages") { CHECK(pages_of(Manifest(), {}).empty()); }
