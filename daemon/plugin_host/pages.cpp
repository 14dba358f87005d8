#include "plugin_host/pages.hpp"

#include <algorithm>
#include <set>

#include "base/faults.hpp"
#include "base/spelling.hpp"
#include "plugin_host/page_schemas.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

class Reader {
 public:
  Reader(const Manifest& manifest, const std::vector<Operation>& operations, Faults* faults)
      : manifest_(manifest), operations_(operations), faults_(faults) {}

  Json page(const Json& row) const {
    known(row, {"name", "title", "list", "columns", "form", "actions"});
    const auto part = [this](const auto& work) { attempt(faults_, work); };
    const std::string name = text_member(row, "name");
    if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
      refuse("a page's name must consist of lowercase letters, digits and -");
    const Operation& list = operation(text_member(row, "list"));
    if (list.method != "GET") refuse(list.id + " must be a GET to be a list");
    const std::set<std::string> scope = parameters(list);
    const bool of_cluster = scope == std::set<std::string>{"cluster"};
    if (!scope.empty() && !of_cluster && scope != std::set<std::string>{"cluster", "namespace"})
      refuse(list.id + ": a list's path may have {cluster} and {namespace}, {cluster} alone, or neither");
    Json page = {{"plugin", manifest_.name}, {"name", name}, {"scoped", !scope.empty()},
                 {"scope", scope.empty() ? "none" : of_cluster ? "cluster" : "namespace"}, {"list", operation_json(list)}, {"actions", Json::array()}};
    part([&] { page["title"] = title(row); });
    part([&] {
      page["columns"] = members(row, "columns");
      for (Json& column : page["columns"]) column.update(column_type(manifest_.api, list, text_member(column, "member")));
    });
    part([&] {
      if (const auto form = row.find("form"); form != row.end()) page["form"] = this->form(*form, scope);
    });
    for (const Json& action : row.value("actions", Json::array())) part([&] { page["actions"].push_back(this->action(action)); });
    return page;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const { throw Error("bad_page", {{"plugin", manifest_.name}, {"what", what}}); }

  void known(const Json& row, const std::vector<std::string>& keys) const {
    if (!row.is_object()) refuse("each row must be a mapping");
    for (const auto& [key, value] : row.items())
      if (std::find(keys.begin(), keys.end(), key) == keys.end())
        attempt(faults_, [&, &key = key] { refuse("`" + key + "` is not known" + did_you_mean(key, keys)); });
  }

  Json title(const Json& row) const {
    const Json title = row.value("title", Json::object());
    for (const char* language : {"en", "zh-CN"})
      if (text_member(title, language).empty()) refuse(std::string("a title in ") + language + " is missing");
    return title;
  }

  Json members(const Json& row, const char* key) const {
    Json members = Json::array();
    for (const Json& member : row.value(key, Json::array())) {
      known(member, {"member", "title"});
      if (text_member(member, "member").empty()) refuse(std::string(key) + ": a row has no member");
      members.push_back({{"member", member["member"]}, {"title", title(member)}});
    }
    if (members.empty()) refuse(std::string(key) + " is empty");
    return members;
  }

  const Operation& operation(const std::string& id) const {
    const auto found = std::find_if(operations_.begin(), operations_.end(), [&](const Operation& o) { return o.id == id && o.plugin == manifest_.name; });
    if (found == operations_.end()) {
      std::vector<std::string> own;
      for (const Operation& other : operations_)
        if (other.plugin == manifest_.name) own.push_back(other.id);
      refuse("the operation «" + id + "» is not in its api.yaml" + did_you_mean(id, own));
    }
    return *found;
  }

  static std::set<std::string> parameters(const Operation& operation) {
    std::set<std::string> names;
    for (const std::string& segment : operation.segments)
      if (segment.starts_with('{')) names.insert(segment.substr(1, segment.size() - 2));
    return names;
  }

  static Json operation_json(const Operation& operation) {
    const char* permission = operation.permission == Permission::admin ? "admin" : operation.permission == Permission::write ? "write" : "read";
    return {{"method", operation.method}, {"path", operation.path}, {"permission", permission}};
  }

  Json form(const Json& row, std::set<std::string> given) const {
    known(row, {"operation", "fields"});
    const Operation& change = operation(text_member(row, "operation"));
    if (change.method == "GET") refuse(change.id + " is a GET; a form needs a change");
    Json form = operation_json(change);
    form["fields"] = members(row, "fields");
    for (Json& field : form["fields"]) {
      given.insert(text_member(field, "member"));
      field.update(field_type(manifest_.api, change, text_member(field, "member")));
    }
    for (const std::string& name : parameters(change))
      if (!given.contains(name)) refuse(change.id + ": the form has no field for {" + name + "}");
    return form;
  }

  /// A button on each row. Its path's parameters are those of the scope and members of the row.
  Json action(const Json& row) const {
    known(row, {"operation", "title", "confirm"});
    const Operation& change = operation(text_member(row, "operation"));
    if (change.method == "GET") refuse(change.id + " is a GET; an action needs a change");
    if (change.body_required) refuse(change.id + " needs a body; an action sends none");
    Json action = operation_json(change);
    action["title"] = title(row);
    if (row.contains("confirm")) action["confirm"] = title({{"title", row["confirm"]}});
    return action;
  }

  const Manifest& manifest_;
  const std::vector<Operation>& operations_;
  Faults* const faults_;
};

}  // namespace

Json pages_of(const Manifest& manifest, const std::vector<Operation>& operations, Faults* faults) {
  Json pages = Json::array();
  if (manifest.ui.is_null()) return pages;
  checks_in(faults, manifest.name, "ui.json");
  const Reader reader(manifest, operations, faults);
  const auto part = [&](const auto& work) {
    attempt(faults, [&] {
      try {
        work();
      } catch (const Json::exception& error) {
        throw Error("bad_page", {{"plugin", manifest.name}, {"what", error.what()}});
      }
    });
  };
  part([&] {
    for (const Json& row : manifest.ui.at("pages")) part([&] { pages.push_back(reader.page(row)); });
  });
  return pages;
}

}  // namespace podload
