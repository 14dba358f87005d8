#include "live/cluster_view.hpp"

#include <utility>

#include "kube/paths.hpp"

namespace podload::pod_load {
namespace {

// Of namespaces: what is asked for again is made again.
constexpr std::size_t kMostRoutes = 256;

}  // namespace

ClusterView::ClusterView(ClusterDirectory& clusters, Cluster cluster, std::shared_ptr<KubeClient> kube,
                         const Clock& clock, std::function<void()> on_report)
    : clusters_(clusters),
      cluster_(std::move(cluster)),
      kube_(std::move(kube)),
      clock_(clock),
      on_report_(std::move(on_report)) {}

template <class Table, class... Args>
std::shared_ptr<Mirrored<Table>> ClusterView::followed(Followed<Table>& kind, const std::string& name_space,
                                                       const std::string& path, const std::string& plural,
                                                       const Args&... args) {
  return kind.in(
      name_space, path, [&] { return std::make_shared<Mirrored<Table>>(clock_, on_report_, args...); },
      [&](const std::string& at, const std::shared_ptr<Mirrored<Table>>& mirror) {
        return clusters_.follow(cluster_, at, "list " + plural, mirror);
      });
}

std::shared_ptr<Mirrored<PodTable>> ClusterView::pods(const std::string& name_space) {
  const MutexLock lock(mutex_);
  return followed(pods_, name_space, pods_path({}), "pods", names_);
}

std::shared_ptr<Mirrored<NodeTable>> ClusterView::nodes() {
  const MutexLock lock(mutex_);
  return followed(nodes_, {}, "/api/v1/nodes", "nodes");
}

void ClusterView::follow_objects(const ObjectKind& kind, const std::string& path, const WorkloadType* type,
                                 const std::string& name_space) {
  const MutexLock lock(mutex_);
  followed(objects_[kind], name_space, path, kind.second, names_, type);
}

std::shared_ptr<const Mirrored<ObjectTable>> ClusterView::objects(const ObjectKind& kind,
                                                                  const std::string& name_space) {
  const MutexLock lock(mutex_);
  const auto found = objects_.find(kind);
  return found == objects_.end() ? nullptr : found->second.known(name_space);
}

std::vector<ClusterView::FollowedObjects> ClusterView::all_objects(const std::string& name_space) {
  const MutexLock lock(mutex_);
  std::vector<FollowedObjects> all;
  for (const auto& [kind, followed] : objects_)
    if (const auto mirror = followed.known(name_space)) all.push_back({followed.path(), mirror});
  return all;
}

void ClusterView::follow_routes(const std::string& slices_path, const std::string& name_space) {
  const MutexLock lock(mutex_);
  followed(services_, name_space, services_path({}), "services");
  followed(slices_, name_space, slices_path, "endpointslices", names_);
}

bool ClusterView::follows_routes(const std::string& name_space) {
  const MutexLock lock(mutex_);
  return services_.known(name_space) && slices_.known(name_space);
}

std::shared_ptr<const Routes> ClusterView::routes(const std::string& name_space) {
  const MutexLock lock(mutex_);
  const auto services = services_.known(name_space);
  const auto slices = slices_.known(name_space);
  if (!services || !slices) return nullptr;
  if (routes_.size() > kMostRoutes) routes_.clear();
  KeptRoutes& kept = routes_[name_space];
  if (kept.service_mirror != services || kept.slice_mirror != slices) kept = {services, slices, 0, 0, nullptr};
  std::shared_ptr<const Selectors> selectors;
  std::uint64_t version = 0;
  services->read([&](const ServiceTable& table) {
    version = table.version(name_space);
    selectors =
        kept.routes && kept.services == version ? kept.routes->selectors : Routes::selectors_of(table.of(name_space));
  });
  std::shared_ptr<const Routes> found;
  if (!selectors) return found;
  slices->read([&](const SliceTable& table) {
    const std::uint64_t listed = table.version(name_space);
    if (!kept.routes || kept.services != version || kept.slices != listed)
      kept = {services, slices, version, listed, Routes::of(std::move(selectors), table.of(name_space))};
    found = kept.routes;
  });
  return found;
}

void ClusterView::put_newer(const Pod& pod) {
  std::shared_ptr<Mirrored<PodTable>> pods;
  {
    const MutexLock lock(mutex_);
    pods = pods_.known(pod.name_space);
  }
  if (pods) pods->change([&](PodTable& table) { table.put_newer(pod); });
}

}  // namespace podload::pod_load
