#include "removal/verdict_details.hpp"

namespace podload::pod_load {
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
  for (const Notice& notice : notices) {
    Json row = {{"code", notice.code}, {"args", notice.args}, {"overridable", notice.overridable}};
    if (!notice.plugin.empty()) row["plugin"] = notice.plugin;
    list.push_back(std::move(row));
  }
  return list;
}

}  // namespace

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

}  // namespace podload::pod_load
