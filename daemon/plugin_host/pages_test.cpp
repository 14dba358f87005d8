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
  CHECK(refusal_of([](Json& row) { row["list"] = "notes.lists"; }) == "the operation «notes.lists» is not in its api.yaml");
  CHECK(refusal_of([](Json& row) { row["list"] = "notes.set"; }) == "notes.set must be a GET to be a list");
  CHECK(refusal_of([](Json& row) { row["form"]["fields"][0]["member"] = "text"; }) == "notes.set: the form has no field for {pod}");
  CHECK(refusal_of([](Json& row) { row["script"] = "alert(1)"; }) == "`script` is not known");
  CHECK(refusal_of([](Json& row) { row["columns"] = Json::array(); }) == "columns is empty");
  CHECK(refusal_of([](Json& row) { row["name"] = "../x"; }) == "a page's name must consist of lowercase letters, digits and -");
}

TEST_CASE("a plugin without ui.json has no pages") { CHECK(pages_of(Manifest(), {}).empty()); }
