#include "live/read_handlers.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "kube/paths.hpp"
#include "live/pod_search.hpp"
#include "live/view_reads.hpp"
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
      std::optional<SystemTime> seen;
      if (const auto known = view->objects(kind_of(*type), name_space))
        seen = known->read([&](const ObjectTable& table) {
          for (const auto& [name, object] : table.of(name_space)) workloads.add_printed(object.row);
        });
      if (!seen) {
        request.reach_cluster();
        const auto path = workloads_path(*view->kube(), *type, name_space);
        if (!path) continue;
        view->follow_objects(kind_of(*type), *workloads_path(*view->kube(), *type, {}), type, name_space);
        each_item(*view->kube(), *path, "list " + type->plural,
                  [&](JsonView item) { workloads.add(workload_row(*type, item)); });
      }
      as_of = seen && as_of ? std::optional(std::min(*seen, *as_of)) : std::nullopt;
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
  request.reach_cluster();
  follow_pods(*view, catalog_, &type, name_space);
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
  request.reach_cluster();
  follow_pods(*view, catalog_, nullptr, name_space);
  return from_server(*view, page, [&](PodTable& table) {
    each_item(*view->kube(), pods_path(name_space), "list pods", [&](JsonView pod) { table.put(pod); });
  });
}

Reply ReadHandlers::find_pods(Request& request) {
  const Cluster& cluster = request.the_cluster();
  const PodSearch search =
      PodSearch::of(request.query_value("q"), request.query_value("namespace"), request.query_value("state"),
                    static_cast<std::size_t>(request.query_number("limit", 200)));
  const auto view = views_.of(cluster);
  const auto nodes = addresses_of(*view->nodes());
  std::map<std::string, std::vector<PagePod>> found;  // by namespace, with the matches beyond the limit
  const auto collect = [&](const PodTable& table) {
    for (const std::string& name_space : table.namespaces()) {
      if (!search.wants(name_space) || !request.the_principal().may(Level::read, cluster.id, name_space)) continue;
      for (const auto& [name, record] : table.of(name_space))
        if (search.matches(name_space, name, record, *nodes)) found[name_space].push_back({name, record});
    }
  };
  const auto as_of = view->follows_routes({}) ? view->pods({})->read(collect) : std::nullopt;
  if (!as_of) {
    request.reach_cluster();
    follow_pods(*view, catalog_, nullptr, {});
    if (search.state) throw Error("traffic_unknown", {{"cluster", cluster.name}}).with_retry_after(1);
    PodTable table(std::make_shared<Names>());
    each_item(*view->kube(), pods_path({}), "list pods", [&](JsonView pod) { table.put(pod); });
    collect(table);
  }
  RowList rows;
  std::size_t total = 0, shown = 0;
  for (auto& [name_space, pods] : found) {
    const auto routes = as_of ? view->routes(name_space) : nullptr;
    if (search.state) {
      if (!routes) throw Error("traffic_unknown", {{"cluster", cluster.name}}).with_retry_after(1);
      std::erase_if(pods, [&](const PagePod& pod) {
        return traffic_of(pod.record, cluster.label, *routes).state != *search.state;
      });
    }
    total += pods.size();
    pods.resize(std::min(pods.size(), search.limit - shown));
    shown += pods.size();
    const auto out = out_of(pods, cluster.label);
    const PrintedRemovals removals = out.empty() ? PrintedRemovals() : removals_of(journal_, cluster.id, out);
    add_rows(rows, pods, {name_space, cluster.label, *nodes, removals, routes.get(), std::nullopt});
  }
  Reply reply;
  reply.body = rows.take();
  reply.headers.emplace_back("X-Podload-Total", std::to_string(total));
  if (as_of) say_as_of(reply, *as_of);
  return reply;
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
  if (!view.follows_routes(page.name_space))
    return std::nullopt;  // not yet, or discovery failed: from_server() comes after another try
  page.nodes = addresses_of(*view.nodes());
  page.routes = view.routes(page.name_space);
  const auto found = pages_.of(view.pods(page.name_space), page);
  if (!found) return std::nullopt;
  Reply reply;
  reply.shared = found->text;
  say_as_of(reply, found->as_of);
  return reply;
}

Reply ReadHandlers::from_server(ClusterView& view, PageRequest& page,
                                const std::function<void(PodTable&)>& read) const {
  const auto nodes = view.nodes();
  PodTable table(std::make_shared<Names>());
  read(table);
  nodes->wait(kNodesWait);
  page.nodes = addresses_of(*nodes);
  const std::vector<PagePod> pods = select_pods(table, page);
  const std::vector<PagePod> out = out_of(pods, page.label);
  Reply reply;
  reply.body = print_page(pods, page, out.empty() ? PrintedRemovals() : page.removals(out));
  return reply;
}

}  // namespace podload::pod_load
