#include "podload/workload_type.hpp"

#include <algorithm>
#include <array>
#include <cctype>

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

std::vector<std::string> versions_of(const Json& row, const Json& whole) {
  const auto found = row.find("versions");
  if (found == row.end() || !found->is_array() || found->empty()) refuse(whole, "`versions` is no list");
  return found->get<std::vector<std::string>>();
}

std::string pointer(const Json& row, const char* name) {
  std::string value = text_member(row, name);
  if (!value.empty() && value.front() != '/') refuse(row, std::string("`") + name + "` is no JSON pointer");
  return value;
}

}  // namespace

std::string WorkloadType::name() const {
  std::string name = lower_case(kind);
  // Kubernetes' own groups have no dot (apps, batch), or end in k8s.io.
  const bool own = group.find('.') == std::string::npos || group.ends_with(".k8s.io");
  return own ? name : name + "." + group;
}

WorkloadType WorkloadType::from_row(const Json& row) {
  static constexpr std::array<std::string_view, 11> kKnown{"kind",     "group",   "versions", "plural",       "through", "selector",
                                                           "desired", "ready", "pod_template", "plugin",  "help"};
  if (!row.is_object()) throw Error("bad_workload_type", {{"kind", "?"}, {"what", "the row is no mapping"}});
  for (const auto& [key, value] : row.items())
    if (std::find(kKnown.begin(), kKnown.end(), key) == kKnown.end()) refuse(row, "`" + key + "` is not known");
  WorkloadType type;
  type.kind = needed(row, row, "kind");
  type.group = text_member(row, "group");
  type.versions = versions_of(row, row);
  type.plural = needed(row, row, "plural");
  if (const auto through = row.find("through"); through != row.end()) {
    for (const Json& step : *through)
      type.through.push_back({text_member(step, "group"), versions_of(step, row), needed(step, row, "plural")});
  }
  type.selector = pointer(row, "selector");
  type.desired = pointer(row, "desired");
  type.ready = pointer(row, "ready");
  type.pod_template = pointer(row, "pod_template");
  return type;
}

}  // namespace podload
