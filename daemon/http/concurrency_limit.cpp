#include "http/concurrency_limit.hpp"

#include <algorithm>

#include "podload/error.hpp"

namespace podload {
namespace {

std::size_t count_of(const std::map<std::string, std::size_t>& counts, const std::string& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

ConcurrencyLimit::Limits ConcurrencyLimit::Limits::for_workers(std::size_t workers) {
  const auto share = [workers](std::size_t eighths) { return std::max<std::size_t>(1, workers * eighths / 8); };
  const auto most_of = [](std::size_t slots) { return std::max<std::size_t>(1, slots * 3 / 4); };
  Limits limits;
  limits.in_all = std::max<std::size_t>(1, workers - share(1));
  limits.reads_in_all = share(4);
  limits.reads_of_cluster = limits.changes_of_cluster = share(2);
  limits.reads_of_user = most_of(limits.reads_of_cluster);
  limits.changes_of_namespace = most_of(limits.changes_of_cluster);
  return limits;
}

std::unique_ptr<ConcurrencyLimit::Slot> ConcurrencyLimit::enter_read(const Cluster& cluster, const std::string& user_id) {
  const MutexLock lock(mutex_);
  const auto found = inside_.find(cluster.id);
  if (found != inside_.end()) {
    if (count_of(found->second.reads_by_user, user_id) >= limits_.reads_of_user)
      throw Error("too_many_reads", {{"cluster", cluster.name}, {"limit", limits_.reads_of_user}}).with_retry_after(1);
    if (found->second.reads >= limits_.reads_of_cluster) throw Error("cluster_crowded", {{"cluster", cluster.name}}).with_retry_after(1);
  }
  if (reads_ + changes_ >= limits_.in_all || reads_ >= limits_.reads_in_all) throw Error("daemon_busy").with_retry_after(1);

  std::unique_ptr<Slot> slot(new Slot(*this, cluster.id, user_id, false));
  Inside& inside = inside_[cluster.id];
  ++inside.reads_by_user[user_id];
  ++inside.reads, ++reads_;
  return slot;
}

std::unique_ptr<ConcurrencyLimit::Slot> ConcurrencyLimit::enter_change(const Cluster& cluster, const std::string& name_space) {
  const MutexLock lock(mutex_);
  const auto found = inside_.find(cluster.id);
  if (found != inside_.end()) {
    if (found->second.changes >= limits_.changes_of_cluster) throw Error("cluster_crowded", {{"cluster", cluster.name}}).with_retry_after(1);
    if (!name_space.empty() && count_of(found->second.changes_by_namespace, name_space) >= limits_.changes_of_namespace)
      throw Error("namespace_crowded", {{"cluster", cluster.name}, {"namespace", name_space}}).with_retry_after(1);
  }
  if (reads_ + changes_ >= limits_.in_all) throw Error("daemon_busy").with_retry_after(1);

  std::unique_ptr<Slot> slot(new Slot(*this, cluster.id, name_space, true));
  Inside& inside = inside_[cluster.id];
  ++inside.changes_by_namespace[name_space];
  ++inside.changes, ++changes_;
  return slot;
}

void ConcurrencyLimit::leave(const Slot& slot) {
  const MutexLock lock(mutex_);
  const auto found = inside_.find(slot.cluster_);
  Inside& inside = found->second;
  --(slot.is_change_ ? inside.changes : inside.reads);
  --(slot.is_change_ ? changes_ : reads_);
  auto& shares = slot.is_change_ ? inside.changes_by_namespace : inside.reads_by_user;
  const auto share = shares.find(slot.share_);
  if (--share->second == 0) shares.erase(share);
  if (inside.reads + inside.changes == 0) inside_.erase(found);
}

ConcurrencyLimit::Slot::~Slot() { limit_.leave(*this); }

}  // namespace podload
