#include "http/concurrency_limit.hpp"

#include <algorithm>

#include "podload/error.hpp"

namespace podload {

ConcurrencyLimit::Limits ConcurrencyLimit::Limits::for_workers(std::size_t workers) {
  const auto share = [workers](std::size_t eighths) { return std::max<std::size_t>(1, workers * eighths / 8); };
  Limits limits;
  limits.in_all = std::max<std::size_t>(1, workers - share(1));
  limits.reads_in_all = share(4);
  limits.reads_of_cluster = limits.changes_of_cluster = share(2);
  limits.reads_of_user = std::max<std::size_t>(1, limits.reads_of_cluster * 3 / 4);
  return limits;
}

std::unique_ptr<ConcurrencyLimit::Slot> ConcurrencyLimit::enter(const Cluster& cluster, const std::string& user_id, bool is_change) {
  const std::lock_guard lock(mutex_);
  const auto found = inside_.find(cluster.id);
  const Inside now = found == inside_.end() ? Inside() : found->second;
  const auto of_user = now.reads_by_user.find(user_id);
  if (!is_change && of_user != now.reads_by_user.end() && of_user->second >= limits_.reads_of_user)
    throw Error("too_many_reads", {{"cluster", cluster.name}, {"limit", limits_.reads_of_user}}).with_retry_after(1);
  if (is_change ? now.changes >= limits_.changes_of_cluster : now.reads >= limits_.reads_of_cluster)
    throw Error("cluster_crowded", {{"cluster", cluster.name}}).with_retry_after(1);
  if (reads_ + changes_ >= limits_.in_all || (!is_change && reads_ >= limits_.reads_in_all)) throw Error("daemon_busy").with_retry_after(1);

  std::unique_ptr<Slot> slot(new Slot(*this, cluster.id, user_id, is_change));
  Inside& inside = inside_[cluster.id];
  if (is_change) {
    ++inside.changes, ++changes_;
  } else {
    ++inside.reads, ++reads_;
    ++inside.reads_by_user[user_id];
  }
  return slot;
}

void ConcurrencyLimit::leave(const Slot& slot) {
  const std::lock_guard lock(mutex_);
  const auto found = inside_.find(slot.cluster_);
  Inside& inside = found->second;
  if (slot.is_change_) {
    --inside.changes, --changes_;
  } else {
    --inside.reads, --reads_;
    const auto user = inside.reads_by_user.find(slot.user_);
    if (--user->second == 0) inside.reads_by_user.erase(user);
  }
  if (inside.reads + inside.changes == 0) inside_.erase(found);
}

ConcurrencyLimit::Slot::~Slot() { limit_.leave(*this); }

}  // namespace podload
