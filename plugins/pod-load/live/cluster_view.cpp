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
Mirrored<Table>& ClusterView::followed(Followed<Table>& kind, const std::string& path, const std::string& plural,
                                       Args&&... args) {
  if (!kind.feed || kind.path != path) {
    kind.feed.reset();
    kind.path = path;
    kind.mirror = std::make_shared<Mirrored<Table>>(clock_, on_report_, std::forward<Args>(args)...);
    kind.feed = clusters_.follow(cluster_, path, "list " + plural, kind.mirror);
  }
  return *kind.mirror;
}

Mirrored<PodTable>& ClusterView::pods() {
  const MutexLock lock(mutex_);
  return followed(pods_, "/api/v1/pods", "pods", names_);
}

Mirrored<NodeTable>& ClusterView::nodes() {
  const MutexLock lock(mutex_);
  return followed(nodes_, "/api/v1/nodes", "nodes");
}

void ClusterView::follow_objects(const ObjectKind& kind, const std::string& path, const WorkloadType* type) {
  const MutexLock lock(mutex_);
  followed(objects_[kind], path, kind.second, names_, type);
}

std::shared_ptr<const Mirrored<ObjectTable>> ClusterView::objects(const ObjectKind& kind) {
  const MutexLock lock(mutex_);
  const auto found = objects_.find(kind);
  return found == objects_.end() ? nullptr : found->second.mirror;
}

void ClusterView::follow_routes(const std::string& slices_path) {
  const MutexLock lock(mutex_);
  followed(services_, services_path({}), "services");
  followed(slices_, slices_path, "endpointslices", names_);
}

bool ClusterView::follows_routes() {
  const MutexLock lock(mutex_);
  return services_.feed && slices_.feed;
}

std::shared_ptr<const Routes> ClusterView::routes(const std::string& name_space) {
  const MutexLock lock(mutex_);
  if (!services_.mirror || !slices_.mirror) return nullptr;
  if (routes_.size() > kMostRoutes) routes_.clear();
  KeptRoutes& kept = routes_[name_space];
  std::shared_ptr<const Selectors> selectors;
  std::uint64_t version = 0;
  services_.mirror->read([&](const ServiceTable& table) {
    version = table.version(name_space);
    selectors =
        kept.routes && kept.services == version ? kept.routes->selectors : Routes::selectors_of(table.of(name_space));
  });
  std::shared_ptr<const Routes> found;
  if (!selectors) return found;
  slices_.mirror->read([&](const SliceTable& table) {
    const std::uint64_t listed = table.version(name_space);
    if (!kept.routes || kept.services != version || kept.slices != listed)
      kept = {version, listed, Routes::of(std::move(selectors), table.of(name_space))};
    found = kept.routes;
  });
  return found;
}

void ClusterView::put_newer(const Pod& pod) {
  std::shared_ptr<Mirrored<PodTable>> pods;
  {
    const MutexLock lock(mutex_);
    pods = pods_.mirror;
  }
  if (pods) pods->change([&](PodTable& table) { table.put_newer(pod); });
}

}  // namespace podload::pod_load
