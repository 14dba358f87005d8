#include "pod_operation.hpp"

namespace podload {
namespace {

const char* role_name(ServiceEffect::Role role) {
  switch (role) {
    case ServiceEffect::Role::lost: return "lost";
    case ServiceEffect::Role::kept: return "kept";
    case ServiceEffect::Role::gained: return "gained";
  }
  return "";
}

Json as_json(const std::vector<Notice>& notices) {
  Json list = Json::array();
  for (const Notice& notice : notices) list.push_back({{"code", notice.code}, {"args", notice.args}, {"overridable", notice.overridable}});
  return list;
}

}  // namespace

std::string_view kind_name(PodOperation::Kind kind) { return kind == PodOperation::Kind::remove ? "remove" : "restore"; }

Json details_of(const Verdict& verdict) {
  Json services = Json::array();
  for (const ServiceEffect& effect : verdict.services) {
    Json service = {{"name", effect.name}, {"role", role_name(effect.role)}, {"before", effect.before}, {"after", effect.after},
                    {"proven_ms", nullptr}};
    if (effect.minimum) service["minimum"] = *effect.minimum;
    if (!effect.workload_role.empty()) service["workload_role"] = effect.workload_role;
    services.push_back(std::move(service));
  }
  return {{"services", services}, {"warnings", as_json(verdict.warnings)}, {"refusals", as_json(verdict.refusals)}};
}

void set_proven(Json& details, const std::string& service, std::optional<long> milliseconds) {
  if (!details.contains("services")) return;
  for (Json& row : details["services"])
    if (row["name"] == service) row["proven_ms"] = milliseconds ? Json(*milliseconds) : Json();
}

}  // namespace podload
