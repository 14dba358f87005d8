#include "podload/workload_type.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "podload/error.hpp"
#include "podload/text.hpp"

namespace podload {
namespace {

[[noreturn]] void refuse(const Json& row, const std::string& what) {
  throw Error("bad_workload_type", {{"kind", text_member(row, "kind", "?")}, {"what", what}});
}

std::string needed(const Json& row, const Json& whole, const char* name) {
  std::string value = text_member(row, name);
  if (value.empty()) refuse(whole, std::string("`") + name + "` is missing");
  return value;
}

/// The list `name`; empty if it is missing.
Json list_of(const Json& row, const Json& whole, const char* name) {
  Json list = row.value(name, Json::array());
  if (!list.is_array()) refuse(whole, std::string("`") + name + "` must be a list");
  return list;
}

std::vector<std::string> versions_of(const Json& row, const Json& whole) {
  std::vector<std::string> versions;
  for (const Json& version : list_of(row, whole, "versions")) {
    if (!version.is_string()) refuse(whole, "`versions` must be a list of strings");
    versions.push_back(version.get<std::string>());
  }
  if (versions.empty()) refuse(whole, "`versions` must not be empty");
  return versions;
}

std::string pointer(const Json& row, const Json& whole, const char* name) {
  if (row.contains(name) && !row[name].is_string()) refuse(whole, std::string("`") + name + "` must be a string");
  std::string value = text_member(row, name);
  if (!value.empty() && value.front() != '/') refuse(whole, std::string("`") + name + "` must be a JSON pointer, which begins with /");
  return value;
}

/// A label key, checked roughly; the API server decides.
std::string label_key(const Json& row, const char* name) {
  std::string key = text_member(row, name);
  const bool fits = key.size() <= 317 && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '-' || c == '_' || c == '/';
  });
  if (!fits) refuse(row, std::string("`") + name + "` must be a label key");
  return key;
}

void known_members(const Json& row, const Json& whole, std::initializer_list<std::string_view> known) {
  if (!row.is_object()) refuse(whole, "`" + row.dump() + "` must be a mapping");
  for (const auto& [key, value] : row.items())
    if (std::find(known.begin(), known.end(), key) == known.end()) refuse(whole, "`" + key + "` is not known");
}

}  // namespace

std::string WorkloadType::name() const {
  std::string name = lower_case(kind);
  // Kubernetes' own groups have no dot (apps, batch) or end in k8s.io.
  const bool own = group.find('.') == std::string::npos || group.ends_with(".k8s.io");
  return own ? name : name + "." + group;
}

WorkloadType WorkloadType::from_row(const Json& row) {
  if (!row.is_object()) throw Error("bad_workload_type", {{"kind", "?"}, {"what", "the row must be a mapping"}});
  known_members(row, row, {"kind", "group", "versions", "plural", "through", "selector", "desired", "ready", "pod_template", "services",
                           "unavailable_label", "plugin", "help"});
  WorkloadType type;
  type.kind = needed(row, row, "kind");
  type.group = text_member(row, "group");
  type.versions = versions_of(row, row);
  type.plural = needed(row, row, "plural");
  for (const Json& step : list_of(row, row, "through")) {
    known_members(step, row, {"group", "versions", "plural"});
    type.through.push_back({text_member(step, "group"), versions_of(step, row), needed(step, row, "plural")});
  }
  type.selector = pointer(row, row, "selector");
  type.desired = pointer(row, row, "desired");
  type.ready = pointer(row, row, "ready");
  type.pod_template = pointer(row, row, "pod_template");
  for (const Json& service : list_of(row, row, "services")) {
    known_members(service, row, {"role", "name"});
    needed(service, row, "name");
    type.services.push_back({needed(service, row, "role"), pointer(service, row, "name")});
  }
  type.unavailable_label = label_key(row, "unavailable_label");
  return type;
}

}  // namespace podload
