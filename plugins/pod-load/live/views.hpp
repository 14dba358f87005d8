// The views of the clusters that somebody looks at. Owned by the plugin; any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "live/cluster_view.hpp"
#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/mutex.hpp"

namespace podload::pod_load {

class Views {
 public:
  /// `on_report` gets the id of a cluster after each report of one of its feeds, on the feed's thread; it must not block.
  Views(ClusterDirectory& clusters, const Clock& clock, std::function<void(const std::string&)> on_report)
      : clusters_(clusters), clock_(clock), on_report_(std::move(on_report)) {}

  /// The cluster's view, a new one if its kubeconfig has changed. Throws what ClusterDirectory::client() throws.
  std::shared_ptr<ClusterView> of(const Cluster& cluster);
  /// The cluster's view if there is one, else null. It does not count as a look at it.
  std::shared_ptr<ClusterView> known(const std::string& cluster_id);

  /// Ends the views that nobody has looked at for five minutes.
  void end_idle();
  void stop() noexcept;

 private:
  struct Entry {
    std::shared_ptr<ClusterView> view;
    SteadyTime looked_at{};
  };

  ClusterDirectory& clusters_;
  const Clock& clock_;
  const std::function<void(const std::string&)> on_report_;
  Mutex mutex_;
  std::map<std::string, Entry> views_ PODLOAD_GUARDED_BY(mutex_);  ///< By cluster id.
};

}  // namespace podload::pod_load
