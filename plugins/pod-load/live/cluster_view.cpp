#include "live/cluster_view.hpp"

#include <utility>

#include "kube/paths.hpp"

namespace podload::pod_load {
namespace {

// Of namespaces: what is asked for again is made again.
constexpr std::size_t kMostRoutes = 256;

}  // namespace

ClusterView::ClusterView(ClusterDirectory& clusters, Cluster cluster, std::shared_ptr<KubeClient> kube,
                         const Clock& clock)
    : clusters_(clusters), cluster_(std::move(cluster)), kube_(std::move(kube)), clock_(clock) {}

template <class Table, class... Args>
Mirrored<Table>& ClusterView::followed(Followed<Table>& kind, const std::string& path, const std::string& plural,
                                       Args&&... args) {
  if (!kind.feed) {
    kind.mirror = std::make_shared<Mirrored<Table>>(clock_, std::forward<Args>(args)...);
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

Mirrored<ObjectTable>& ClusterView::objects(const std::string& path, const std::string& plural,
                                            const WorkloadType* type) {
  const MutexLock lock(mutex_);
  return followed(objects_[path], path, plural, names_, type);
}

std::shared_ptr<const Routes> ClusterView::routes(const std::string& name_space) {
  const std::string slices_path_here = slices_path(*kube_, {});  // may ask the API server
  const MutexLock lock(mutex_);
  Mirrored<ServiceTable>& services = followed(services_, services_path({}), "services");
  Mirrored<SliceTable>& slices = followed(slices_, slices_path_here, "endpointslices", names_);
  if (routes_.size() > kMostRoutes) routes_.clear();
  KeptRoutes& kept = routes_[name_space];
  std::shared_ptr<const Selectors> selectors;
  std::uint64_t version = 0;
  services.read([&](const ServiceTable& table) {
    version = table.version();
    selectors =
        kept.routes && kept.services == version ? kept.routes->selectors : Routes::selectors_of(table.of(name_space));
  });
  std::shared_ptr<const Routes> found;
  if (!selectors) return found;
  slices.read([&](const SliceTable& table) {
    const std::uint64_t listed = table.version(name_space);
    if (!kept.routes || kept.services != version || kept.slices != listed)
      kept = {version, listed, Routes::of(std::move(selectors), table.of(name_space))};
    found = kept.routes;
  });
  return found;
}

void ClusterView::put_newer(const Pod& pod) {
  const MutexLock lock(mutex_);
  if (pods_.mirror) pods_.mirror->change([&](PodTable& pods) { pods.put_newer(pod); });
}

}  // namespace podload::pod_load
