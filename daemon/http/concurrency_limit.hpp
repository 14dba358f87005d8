// Limits how many requests may hold a worker at once, so that a hanging cluster or a busy user does not block the
// others. Reads are limited per cluster, per user within a cluster, and in total. Changes have slots of their own,
// which reads cannot take, and one namespace (with a slow webhook) cannot take all of its cluster's. Some workers
// remain for requests that concern no cluster (signing in, the log). Any thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "podload/cluster_directory.hpp"
#include "podload/mutex.hpp"

namespace podload {

class ConcurrencyLimit {
 public:
  struct Limits {
    std::size_t in_all = 28;               ///< Requests of all clusters.
    std::size_t reads_in_all = 16;
    std::size_t reads_of_cluster = 8;
    std::size_t reads_of_user = 6;         ///< Per user within a cluster.
    std::size_t changes_of_cluster = 8;
    std::size_t changes_of_namespace = 6;  ///< Per namespace within a cluster.

    /// Suitable limits for `workers` workers; each is at least 1.
    static Limits for_workers(std::size_t workers);
  };

  /// One request's slot; released when it is destroyed, which must be before its ConcurrencyLimit is.
  class Slot {
   public:
    ~Slot();
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

   private:
    friend class ConcurrencyLimit;
    Slot(ConcurrencyLimit& limit, std::string cluster, std::string share, bool is_change)
        : limit_(limit), cluster_(std::move(cluster)), share_(std::move(share)), is_change_(is_change) {}
    ConcurrencyLimit& limit_;
    const std::string cluster_;
    const std::string share_;  ///< The user of a read, the namespace of a change.
    const bool is_change_;
  };

  explicit ConcurrencyLimit(Limits limits) : limits_(limits) {}

  /// Neither call waits. They throw Error{"too_many_reads"} if the user has its share of the cluster's reads,
  /// Error{"namespace_crowded"} if the namespace has its share of the cluster's changes, Error{"cluster_crowded"} if
  /// the cluster has its share, and Error{"daemon_busy"} if all clusters together have theirs. A change without a
  /// namespace (empty) is limited per cluster only.
  std::unique_ptr<Slot> enter_read(const Cluster& cluster, const std::string& user_id);
  std::unique_ptr<Slot> enter_change(const Cluster& cluster, const std::string& name_space);

 private:
  struct Inside {
    std::size_t reads = 0, changes = 0;
    std::map<std::string, std::size_t> reads_by_user, changes_by_namespace;
  };
  void leave(const Slot& slot);

  const Limits limits_;
  Mutex mutex_;
  std::map<std::string, Inside> inside_ PODLOAD_GUARDED_BY(mutex_);  ///< By cluster id.
  std::size_t reads_ PODLOAD_GUARDED_BY(mutex_) = 0, changes_ PODLOAD_GUARDED_BY(mutex_) = 0;
};

}  // namespace podload
