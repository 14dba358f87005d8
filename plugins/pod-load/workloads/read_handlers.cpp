#include "workloads/read_handlers.hpp"

#include "kube/paths.hpp"
#include "podload/error.hpp"

namespace podload::pod_load {
namespace {

Reply reply_of(RowList& rows, const SkippedKinds& skipped) {
  Reply reply;
  reply.body = rows.take();
  if (!skipped.names().empty()) reply.headers.emplace_back("X-Podload-Skipped", skipped.names());
  return reply;
}

}  // namespace

Reply ReadHandlers::workload_types(Request& request) {
  check_kube_name("namespace", request.param("namespace"));
  const auto kube = clusters_.client(request.the_cluster());
  RowList types;
  SkippedKinds skipped;
  for (const WorkloadType& type : catalog_.types()) {
    try {
      if (workloads_path(*kube, type, request.param("namespace")))
        types.add({{"name", type.name()}, {"kind", type.kind}, {"group", type.group}});
    } catch (const KubeError& error) {  // discovery of its group fails at the moment
      skipped.add(type.name(), error);
    }
  }
  skipped.check(catalog_.types().size());
  return reply_of(types, skipped);
}

Reply ReadHandlers::workloads(Request& request) {
  const std::string& name_space = request.param("namespace");
  check_kube_name("namespace", name_space);
  const auto kube = clusters_.client(request.the_cluster());
  const std::string_view wanted = request.query_value("type");
  std::vector<const WorkloadType*> types;
  if (!wanted.empty())
    types.push_back(&catalog_.find(wanted));
  else
    for (const WorkloadType& type : catalog_.types()) types.push_back(&type);
  RowList workloads;
  SkippedKinds skipped;
  for (const WorkloadType* type : types) {
    const std::size_t before = workloads.mark();
    try {
      if (const auto path = workloads_path(*kube, *type, name_space))
        each_item(*kube, *path, "list " + type->plural, [&](JsonView item) { workloads.add(workload_row(*type, item)); });
    } catch (const KubeError& error) {
      if (!wanted.empty()) throw;
      workloads.back_to(before);
      skipped.add(type->name(), error);
    }
  }
  skipped.check(types.size());
  return reply_of(workloads, skipped);
}

Reply ReadHandlers::workload_pods(Request& request) {
  const std::string& name_space = request.param("namespace");
  check_kube_name("namespace", name_space);
  const WorkloadType& type = catalog_.find(request.param("type"));
  check_kube_name("name", request.param("name"));
  const auto kube = clusters_.client(request.the_cluster());
  auto nodes = nodes_.begin(request.the_cluster().id, kube);
  const std::vector<Pod> pods = pods_of(*kube, type, name_space, request.param("name"));
  return rows(request, pods, nodes.get());
}

Reply ReadHandlers::pods(Request& request) {
  const std::string& name_space = request.param("namespace");
  check_kube_name("namespace", name_space);
  const auto kube = clusters_.client(request.the_cluster());
  auto nodes = nodes_.begin(request.the_cluster().id, kube);
  PodList pods;
  each_item(*kube, pods_path(name_space), "list pods", [&](JsonView item) { pods.add(item); });
  const std::vector<Pod> read = pods.take();
  return rows(request, read, nodes.get());
}

Reply ReadHandlers::rows(const Request& request, const std::vector<Pod>& pods, const NodeAddresses::Map& nodes) {
  const LoadLabel& label = request.the_cluster().label;
  std::vector<std::string> out;
  for (const Pod& pod : pods)
    if (pod.label(label.name) == label.done) out.push_back(pod.uid);
  const auto removals = journal_.last_removals(request.the_cluster().id, out);
  const auto now = request.query_flag("running_time", true) ? std::optional(host_.clock().now()) : std::nullopt;
  RowList list;
  for (const Pod& pod : pods) {
    const auto removal = removals.find(pod.uid);
    // The last removal explains the label only while the Pod's annotation still names it.
    const bool current = removal != removals.end() && removal->second.id == pod.operation;
    list.add(pod_row(pod, label, nodes, current ? &removal->second : nullptr, now));
  }
  return reply_of(list, {});
}

}  // namespace podload::pod_load
