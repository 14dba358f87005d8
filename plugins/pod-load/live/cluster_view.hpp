// What podload keeps of one cluster in memory: the Pods, the nodes' addresses, and the kinds that own Pods. Each kind is
// followed from the first time that it is asked for.
//
// Owned by Views and shared with the readers. Any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "live/followed.hpp"
#include "live/mirrored.hpp"
#include "live/node_table.hpp"
#include "live/object_table.hpp"
#include "live/pod_table.hpp"
#include "live/route_tables.hpp"
#include "live/traffic.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/mutex.hpp"

namespace podload::pod_load {

/// A kind by its group and plural.
using ObjectKind = std::pair<std::string, std::string>;

class ClusterView {
 public:
  /// `on_report` is called after each report of a feed, on its thread; it must not block.
  ClusterView(ClusterDirectory& clusters, Cluster cluster, std::shared_ptr<KubeClient> kube, const Clock& clock,
              std::function<void()> on_report);

  /// The client that the feeds use.
  const std::shared_ptr<KubeClient>& kube() const { return kube_; }

  /// The Pods of a namespace (empty: of all) and the nodes, followed from the first call on; does not wait. The mirror of a
  /// namespace also has others' Pods, unless podload may not list all. They throw what ClusterDirectory::follow() throws.
  std::shared_ptr<Mirrored<PodTable>> pods(const std::string& name_space);
  std::shared_ptr<Mirrored<NodeTable>> nodes();

  /// Follows a kind that owns Pods, under the path at which discovery has its objects of all namespaces now; `type` is null
  /// if it is no workload type, and must outlive the view. Throws the same.
  void follow_objects(const ObjectKind& kind, const std::string& path, const WorkloadType* type,
                      const std::string& name_space);
  /// The kind's objects; null if it is not followed.
  std::shared_ptr<const Mirrored<ObjectTable>> objects(const ObjectKind& kind, const std::string& name_space);

  /// All kinds of objects that are followed, each with the path of the list of all namespaces.
  struct FollowedObjects {
    std::string path;
    std::shared_ptr<const Mirrored<ObjectTable>> objects;
  };
  std::vector<FollowedObjects> all_objects(const std::string& name_space);

  /// Follows Services and EndpointSlices, under the path at which discovery has these of all namespaces now. Throws the
  /// same.
  void follow_routes(const std::string& slices_path, const std::string& name_space);
  bool follows_routes(const std::string& name_space);
  /// What routes to the Pods of a namespace; null if it is not in step. The same object until something changes.
  std::shared_ptr<const Routes> routes(const std::string& name_space);

  /// Takes a Pod from the reply to podload's own change of it.
  void put_newer(const Pod& pod);

 private:
  template <class Table, class... Args>
  std::shared_ptr<Mirrored<Table>> followed(Followed<Table>& kind, const std::string& name_space,
                                            const std::string& path, const std::string& plural, const Args&... args)
      PODLOAD_REQUIRES(mutex_);

  ClusterDirectory& clusters_;
  const Cluster cluster_;
  const std::shared_ptr<KubeClient> kube_;
  const Clock& clock_;
  const std::function<void()> on_report_;
  const std::shared_ptr<Names> names_ = std::make_shared<Names>();
  Mutex mutex_;
  Followed<PodTable> pods_ PODLOAD_GUARDED_BY(mutex_);
  Followed<NodeTable> nodes_ PODLOAD_GUARDED_BY(mutex_);
  Followed<ServiceTable> services_ PODLOAD_GUARDED_BY(mutex_);
  Followed<SliceTable> slices_ PODLOAD_GUARDED_BY(mutex_);
  struct KeptRoutes {
    // What they were made from.
    std::shared_ptr<const Mirrored<ServiceTable>> service_mirror;
    std::shared_ptr<const Mirrored<SliceTable>> slice_mirror;
    std::uint64_t services = 0, slices = 0;  ///< Versions.
    std::shared_ptr<const Routes> routes;
  };
  std::map<std::string, KeptRoutes> routes_ PODLOAD_GUARDED_BY(mutex_);  ///< By namespace.
  std::map<ObjectKind, Followed<ObjectTable>> objects_ PODLOAD_GUARDED_BY(mutex_);
};

}  // namespace podload::pod_load
