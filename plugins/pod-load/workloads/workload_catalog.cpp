#include "workloads/workload_catalog.hpp"

#include <algorithm>
#include <set>

#include "kube/paths.hpp"
#include "kube/service.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/text.hpp"
#include "workloads/quantity.hpp"

namespace podload::pod_load {
namespace {

/// A LabelSelector's matchLabels as a query. It only narrows the list, so expressions may be omitted.
std::string query_of(JsonView selector) {
  const std::string query = as_query(selector["matchLabels"].labels());
  return query.empty() ? "" : "?labelSelector=" + percent_encode(query);
}

bool is_owned_by(JsonView object, const std::set<std::string>& uids) {
  const std::vector<OwnerReference> owners = read_owners(object);
  return std::any_of(owners.begin(), owners.end(), [&](const OwnerReference& owner) { return uids.count(owner.uid) > 0; });
}

}  // namespace

WorkloadCatalog::WorkloadCatalog(const std::vector<Json>& rows) {
  for (const Json& row : rows) types_.push_back(WorkloadType::from_row(row));
}

const WorkloadType& WorkloadCatalog::find(std::string_view name) const {
  const std::string lower = lower_case(name);
  std::string known;
  for (const WorkloadType& type : types_) {
    if (type.name() == lower) return type;
    known += (known.empty() ? "" : ", ") + type.name();
  }
  throw Error("unknown_workload_type", {{"type", lower.substr(0, 80)}, {"known", known}});
}

const WorkloadType* WorkloadCatalog::of(std::string_view api_version, std::string_view kind) const {
  const std::string_view group = api_version.substr(0, api_version.find('/') == std::string_view::npos ? 0 : api_version.find('/'));
  const auto found = std::find_if(types_.begin(), types_.end(), [&](const WorkloadType& type) { return type.kind == kind && type.group == group; });
  return found == types_.end() ? nullptr : &*found;
}

const WorkloadType* WorkloadCatalog::of_plural(std::string_view group, std::string_view plural) const {
  const auto found = std::find_if(types_.begin(), types_.end(), [&](const WorkloadType& type) { return type.plural == plural && type.group == group; });
  return found == types_.end() ? nullptr : &*found;
}

std::optional<std::string> WorkloadCatalog::path(KubeClient& kube, const WorkloadType& type, const std::string& name_space) const {
  return workloads_path(kube, type, name_space);
}

std::optional<std::string> workloads_path(KubeClient& kube, const WorkloadType& type, const std::string& name_space) {
  // Looks up the kind, not the group: 1.20 has batch/v1, but CronJob only in batch/v1beta1.
  for (const std::string& version : type.versions)
    if (const auto served = kube.resource(type.group.empty() ? version : type.group + "/" + version, type.kind))
      return served->path(name_space);
  return std::nullopt;
}

std::map<std::string, std::string> named_services(const WorkloadType& type, JsonView object) {
  std::map<std::string, std::string> roles;
  for (const WorkloadType::NamedService& service : type.services)
    if (const std::string name = object.at(service.name).string(); !name.empty()) roles.emplace(name, service.role);
  return roles;
}

Json workload_row(const WorkloadType& type, JsonView object) {
  const JsonView metadata = object["metadata"];
  const auto number = [&](const std::string& pointer) { return pointer.empty() ? 0 : object.at(pointer).number(); };
  const auto desired = [&] {
    // Controllers of custom objects may omit replicas, which defaults to 1. A Job without completions wants as many
    // Pods as may run in parallel.
    if (type.desired == "/spec/completions" && !object.at(type.desired)) return object.at("/spec/parallelism").number(1);
    return type.desired == "/spec/replicas" ? object.at(type.desired).number(1) : number(type.desired);
  };
  Json services = Json::array();
  for (const auto& [name, role] : named_services(type, object)) services.push_back({{"name", name}, {"role", role}});
  return {{"name", metadata["name"].text()},
          {"type", type.name()},
          {"namespace", metadata["namespace"].text()},
          {"ready_replicas", number(type.ready)},
          {"desired_replicas", desired()},
          {"resources", type.pod_template.empty() ? "" : resources_of(object.at(type.pod_template))},
          {"services", std::move(services)},
          {"creation_time", metadata["creationTimestamp"].text()}};
}

void each_pod_of(KubeClient& kube, const WorkloadType& type, const std::string& name_space, const std::string& name,
                 const std::function<void(JsonView)>& use) {
  const auto path = workloads_path(kube, type, name_space);
  if (!path) throw KubeError(KubeError::Fault::absent, "cluster_lacks", {{"what", type.kind}});
  KubeRequest request;
  request.path = *path + "/" + percent_encode(name);
  request.body_limit = kObjectBytes;
  const JsonDocument workload(body_of(kube.send(request), "get " + type.plural, "workload_not_found"));
  const std::string query = type.selector.empty() ? "" : query_of(workload.root().at(type.selector));

  std::set<std::string> owners{workload.root()["metadata"]["uid"].string()};
  for (const WorkloadType::Through& step : type.through) {
    const auto between = KubeKind{step.group, step.versions, step.plural}.path(kube, name_space);
    if (!between) throw KubeError(KubeError::Fault::absent, "cluster_lacks", {{"what", step.plural}});
    std::set<std::string> next;
    each_item(kube, *between + query, "list " + step.plural, [&](JsonView item) {
      if (is_owned_by(item, owners)) next.insert(item["metadata"]["uid"].string());
    });
    owners = std::move(next);
  }
  each_item(kube, pods_path(name_space) + query, "list pods", [&](JsonView item) {
    if (is_owned_by(item, owners)) use(item);
  });
}

void each_item(KubeClient& kube, const std::string& path, const std::string& what, const std::function<void(JsonView)>& use) {
  KubeRequest request;
  request.path = path;
  each_item(kube, std::move(request), what, use);
}

}  // namespace podload::pod_load
