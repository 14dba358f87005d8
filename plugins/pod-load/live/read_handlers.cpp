#include "live/read_handlers.hpp"

#include <algorithm>
#include <utility>

#include "kube/paths.hpp"
#include "podload/error.hpp"

namespace podload::pod_load {
namespace {

using namespace std::chrono_literals;

// Nodes' addresses are for display only: a page does not wait for them for longer, and shows the Pods' hostIP instead.
constexpr auto kNodesWait = 1500ms;

Reply reply_of(RowList& rows, const SkippedKinds& skipped) {
  Reply reply;
  reply.body = rows.take();
  if (!skipped.names().empty()) reply.headers.emplace_back("X-Podload-Skipped", skipped.names());
  return reply;
}

void say_as_of(Reply& reply, SystemTime as_of) { reply.headers.emplace_back("X-Podload-As-Of", rfc3339(as_of)); }

std::shared_ptr<const NodeAddresses> addresses_of(Mirrored<NodeTable>& nodes) {
  static const auto none = std::make_shared<const NodeAddresses>();
  std::shared_ptr<const NodeAddresses> addresses = none;
  nodes.read([&](const NodeTable& table) { addresses = table.addresses(); });
  return addresses;
}

/// Null also if the cluster does not let podload see them: the page then shows the Pods without their traffic.
std::shared_ptr<const Routes> routes_of(ClusterView& view, const std::string& name_space) {
  try {
    return view.routes(name_space);
  } catch (const KubeError&) {
    return nullptr;
  }
}

PrintedRemovals removals_of(Journal& journal, const std::string& cluster_id, const std::vector<PagePod>& out) {
  std::vector<std::string> uids;
  for (const PagePod& pod : out) uids.push_back(pod.record.uid);
  const auto last = journal.last_removals(cluster_id, uids);
  PrintedRemovals removals;
  for (const PagePod& pod : out) {
    const auto found = last.find(pod.record.uid);
    // The last removal explains the label only while the Pod's annotation still names it.
    if (found == last.end() || found->second.id != pod.record.operation) continue;
    const PodOperation& removal = found->second;
    removals[pod.record.uid] = print_json({{"operation", removal.id},
                                           {"username", removal.username},
                                           {"reason", removal.reason},
                                           {"since", removal.created_at},
                                           {"outcome", removal.outcome ? Json(name_of(*removal.outcome)) : Json()}});
  }
  return removals;
}

}  // namespace

Reply ReadHandlers::workload_types(Request& request) {
  check_kube_name("namespace", request.param("namespace"));
  const auto kube = views_.of(request.the_cluster())->kube();
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
  const auto view = views_.of(request.the_cluster());
  const std::string_view wanted = request.query_value("type");
  std::vector<const WorkloadType*> types;
  if (!wanted.empty())
    types.push_back(&catalog_.find(wanted));
  else
    for (const WorkloadType& type : catalog_.types()) types.push_back(&type);
  RowList workloads;
  SkippedKinds skipped;
  std::optional<SystemTime> as_of = host_.clock().now();  // the oldest of the kinds'; nothing if one is not in step
  for (const WorkloadType* type : types) {
    const std::size_t before = workloads.mark();
    try {
      const auto path = workloads_path(*view->kube(), *type, {});
      if (!path) continue;
      const auto seen = view->objects(*path, type->plural, type).read([&](const ObjectTable& table) {
        for (const auto& [name, object] : table.of(name_space)) workloads.add_printed(object.row);
      });
      as_of = seen && as_of ? std::optional(std::min(*seen, *as_of)) : std::nullopt;
      if (!seen)
        each_item(*view->kube(), *workloads_path(*view->kube(), *type, name_space), "list " + type->plural,
                  [&](JsonView item) { workloads.add(workload_row(*type, item)); });
    } catch (const KubeError& error) {
      if (!wanted.empty()) throw;
      workloads.back_to(before);
      skipped.add(type->name(), error);
    }
  }
  skipped.check(types.size());
  Reply reply = reply_of(workloads, skipped);
  if (as_of) say_as_of(reply, *as_of);
  return reply;
}

Reply ReadHandlers::workload_pods(Request& request) {
  const std::string& name_space = request.param("namespace");
  const std::string& name = request.param("name");
  check_kube_name("namespace", name_space);
  const WorkloadType& type = catalog_.find(request.param("type"));
  check_kube_name("name", name);
  const auto view = views_.of(request.the_cluster());
  PageRequest page = page_request(request);
  page.workload = type.name() + "/" + name;
  page.owners = owners_of(*view, type, name_space, name);
  if (page.owners)
    if (auto reply = from_view(*view, page)) return std::move(*reply);
  page.owners.reset();
  return from_server(*view, page, [&](PodTable& table) {
    each_pod_of(*view->kube(), type, name_space, name, [&](JsonView pod) { table.put(pod); });
  });
}

Reply ReadHandlers::pods(Request& request) {
  const std::string& name_space = request.param("namespace");
  check_kube_name("namespace", name_space);
  const auto view = views_.of(request.the_cluster());
  PageRequest page = page_request(request);
  if (auto reply = from_view(*view, page)) return std::move(*reply);
  return from_server(*view, page, [&](PodTable& table) {
    each_item(*view->kube(), pods_path(name_space), "list pods", [&](JsonView pod) { table.put(pod); });
  });
}

PageRequest ReadHandlers::page_request(const Request& request) const {
  PageRequest page;
  page.cluster_id = request.the_cluster().id;
  page.name_space = request.param("namespace");
  page.label = request.the_cluster().label;
  if (request.query_flag("running_time", true)) page.now = host_.clock().now();
  page.removals = [this, cluster = page.cluster_id](const std::vector<PagePod>& out) {
    return removals_of(journal_, cluster, out);
  };
  return page;
}

std::optional<Reply> ReadHandlers::from_view(ClusterView& view, PageRequest& page) {
  page.nodes = addresses_of(view.nodes());
  page.routes = routes_of(view, page.name_space);
  const auto found = pages_.of(view.pods(), page);
  if (!found) return std::nullopt;
  Reply reply;
  reply.shared = found->text;
  say_as_of(reply, found->as_of);
  return reply;
}

Reply ReadHandlers::from_server(ClusterView& view, PageRequest& page,
                                const std::function<void(PodTable&)>& read) const {
  Mirrored<NodeTable>& nodes = view.nodes();
  PodTable table(std::make_shared<Names>());
  read(table);
  nodes.wait(kNodesWait);
  page.nodes = addresses_of(nodes);
  const std::vector<PagePod> pods = select_pods(table, page);
  const std::vector<PagePod> out = out_of(pods, page.label);
  Reply reply;
  reply.body = print_page(pods, page, out.empty() ? PrintedRemovals() : page.removals(out));
  return reply;
}

std::optional<std::vector<Name>> ReadHandlers::owners_of(ClusterView& view, const WorkloadType& type,
                                                         const std::string& name_space, const std::string& name) const {
  const auto path = workloads_path(*view.kube(), type, {});
  if (!path) return std::nullopt;
  std::optional<std::vector<Name>> owners;
  view.objects(*path, type.plural, &type).read([&](const ObjectTable& table) {
    const auto& objects = table.of(name_space);
    if (const auto found = objects.find(name); found != objects.end()) owners = std::vector{found->second.uid};
  });
  for (const WorkloadType::Through& step : type.through) {
    const auto between = KubeKind{step.group, step.versions, step.plural}.path(*view.kube(), {});
    if (!between) return std::nullopt;
    std::vector<Name> next;
    // Asked for also if the workload itself is not known yet, so that all its kinds are followed.
    const auto seen =
        view.objects(*between, step.plural, catalog_.of_plural(step.group, step.plural))
            .read([&](const ObjectTable& table) {
              for (const auto& [between_name, object] : table.of(name_space))
                if (owners && std::any_of(object.owners.begin(), object.owners.end(), [&](const Name& uid) {
                      return std::binary_search(owners->begin(), owners->end(), uid);
                    }))
                  next.push_back(object.uid);
            });
    std::sort(next.begin(), next.end());
    if (owners) owners = std::move(next);
    if (!seen) owners.reset();
  }
  return owners;
}

}  // namespace podload::pod_load
