#include "kube/rights.hpp"

#include <algorithm>

#include "podload/workload_type.hpp"

namespace podload::cluster {

std::vector<RightsRow> rights_rows(const std::vector<Json>& declared) {
  std::vector<RightsRow> rows;
  for (const Json& row : declared)
    rows.push_back({text_member(row, "plugin"), text_member(row, "group"), text_member(row, "resource"),
                    row.at("verbs").get<std::vector<std::string>>(), row.value("optional", false),
                    text_member(row, "for")});
  return rows;
}

std::vector<RightsRow> rights_of_types(const std::vector<Json>& declared) {
  std::vector<RightsRow> rows;
  for (const Json& row : declared) {
    const WorkloadType type = WorkloadType::from_row(row);
    const auto add = [&](const std::string& group, const std::string& plural) {
      rows.push_back(
          {text_member(row, "plugin"), group, plural, {"get", "list"}, false, "the workload type " + type.name()});
      rows.push_back({text_member(row, "plugin"), group, plural, {"watch"}, true, "lists of " + type.name() + " from memory"});
    };
    add(type.group, type.plural);
    for (const WorkloadType::Through& step : type.through) add(step.group, step.plural);
  }
  return rows;
}

std::vector<Right> needed_rights(const std::vector<RightsRow>& rows) {
  std::vector<Right> rights;
  for (const RightsRow& row : rows) {
    if (row.optional) continue;
    for (const std::string& verb : row.verbs)
      if (const Right right{verb, row.group, row.resource};
          std::find(rights.begin(), rights.end(), right) == rights.end())
        rights.push_back(right);
  }
  return rights;
}

std::string resource_name(const std::string& group, const std::string& resource) {
  return group.empty() ? resource : resource + "." + group;
}

}  // namespace podload::cluster
