#include "live/views.hpp"

#include <chrono>

namespace podload::pod_load {
namespace {

constexpr std::chrono::minutes kIdle{5};

}  // namespace

std::shared_ptr<ClusterView> Views::of(const Cluster& cluster) {
  auto kube = clusters_.client(cluster);
  const MutexLock lock(mutex_);
  Entry& entry = views_[cluster.id];
  if (!entry.view || entry.view->kube() != kube)
    entry.view = std::make_shared<ClusterView>(clusters_, cluster, std::move(kube), clock_,
                                               [report = on_report_, id = cluster.id] { report(id); });
  entry.looked_at = clock_.steady();
  return entry.view;
}

std::shared_ptr<ClusterView> Views::known(const std::string& cluster_id) {
  const MutexLock lock(mutex_);
  const auto found = views_.find(cluster_id);
  return found == views_.end() ? nullptr : found->second.view;
}

void Views::end_idle() {
  const SteadyTime long_ago = clock_.steady() - kIdle;
  const MutexLock lock(mutex_);
  std::erase_if(views_, [&](const auto& entry) { return entry.second.looked_at < long_ago; });
}

void Views::stop() noexcept {
  const MutexLock lock(mutex_);
  views_.clear();
}

}  // namespace podload::pod_load
