#include "read_handlers.hpp"

#include "facts_reader.hpp"
#include "podload/error.hpp"

namespace podload {

Reply ReadHandlers::workload_types(Request& request) {
  check_kube_name("namespace", request.param("namespace"));
  const auto kube = clusters_.client(*request.cluster);
  Json types = Json::array();
  for (const WorkloadType& type : catalog_.types())
    if (workloads_path(*kube, type, request.param("namespace")))
      types.push_back({{"name", type.name()}, {"kind", type.kind}, {"group", type.group}});
  return Reply::json(types);
}

Reply ReadHandlers::workloads(Request& request) {
  const std::string& name_space = request.param("namespace");
  check_kube_name("namespace", name_space);
  const auto kube = clusters_.client(*request.cluster);
  const std::string_view wanted = request.query_value("type");
  std::vector<const WorkloadType*> types;
  if (!wanted.empty())
    types.push_back(&catalog_.find(wanted));
  else
    for (const WorkloadType& type : catalog_.types()) types.push_back(&type);
  Json workloads = Json::array();
  std::string skipped;
  for (const WorkloadType* type : types) {
    try {
      if (const auto path = workloads_path(*kube, *type, name_space))
        each_item(*kube, *path, "list " + type->plural, [&](JsonView item) { workloads.push_back(workload_row(*type, item)); });
    } catch (const Error& error) {
      // Several types were asked for: one that podload may not list must not hide the others.
      if (!wanted.empty() || error.code() != "kube_forbidden") throw;
      skipped += (skipped.empty() ? "" : ", ") + type->name();
    }
  }
  Reply reply = Reply::json(workloads);
  if (!skipped.empty()) reply.headers.emplace_back("X-Podload-Skipped", skipped);
  return reply;
}

Reply ReadHandlers::workload_pods(Request& request) {
  const std::string& name_space = request.param("namespace");
  check_kube_name("namespace", name_space);
  const WorkloadType& type = catalog_.find(request.param("type"));
  check_kube_name("name", request.param("name"));
  const auto kube = clusters_.client(*request.cluster);
  return rows(request, *kube, pods_of(*kube, type, name_space, request.param("name")));
}

Reply ReadHandlers::pods(Request& request) {
  const std::string& name_space = request.param("namespace");
  check_kube_name("namespace", name_space);
  const auto kube = clusters_.client(*request.cluster);
  std::vector<Pod> pods;
  each_item(*kube, pods_path(name_space), "list pods", [&](JsonView item) { pods.push_back(read_pod(item)); });
  return rows(request, *kube, pods);
}

Reply ReadHandlers::rows(const Request& request, KubeClient& kube, const std::vector<Pod>& pods) {
  const LoadLabel& label = request.cluster->label;
  std::vector<std::string> out;
  for (const Pod& pod : pods)
    if (pod.label(label.name) == label.done) out.push_back(pod.uid);
  const auto removals = journal_.last_removals(request.cluster->id, out);
  const auto nodes = nodes_.of(request.cluster->id, kube);
  const SystemTime now = host_.clock().now();
  Json list = Json::array();
  for (const Pod& pod : pods) {
    const auto removal = removals.find(pod.uid);
    // The last removal is why it is out only while the Pod still says so.
    const bool current = removal != removals.end() && removal->second.id == pod.operation;
    list.push_back(pod_row(pod, label, nodes, current ? &removal->second : nullptr, now));
  }
  return Reply::json(list);
}

}  // namespace podload
