// How many requests may hold a worker at once, so that neither a cluster that hangs nor a user that
// asks much keeps the others out: reads have bounds per cluster, per user of a cluster and in all;
// changes have slots of their own, which reads cannot take; and some workers are left for what
// belongs to no cluster (signing in, the log). Any thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "podload/cluster_directory.hpp"

namespace podload {

class ConcurrencyLimit {
 public:
  struct Limits {
    std::size_t in_all = 28;               ///< Requests of any clusters.
    std::size_t reads_in_all = 16;
    std::size_t reads_of_cluster = 8;
    std::size_t reads_of_user = 6;         ///< Of one user in one cluster.
    std::size_t changes_of_cluster = 8;

    /// As serves for so many workers; each is at least 1.
    static Limits for_workers(std::size_t workers);
  };

  /// One request's share; given back when it ends. Ends before its ConcurrencyLimit.
  class Slot {
   public:
    ~Slot();
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

   private:
    friend class ConcurrencyLimit;
    Slot(ConcurrencyLimit& limit, std::string cluster, std::string user, bool is_change)
        : limit_(limit), cluster_(std::move(cluster)), user_(std::move(user)), is_change_(is_change) {}
    ConcurrencyLimit& limit_;
    const std::string cluster_, user_;
    const bool is_change_;
  };

  explicit ConcurrencyLimit(Limits limits) : limits_(limits) {}

  /// Does not wait. Throws Error{"too_many_reads"} where the user has its share of the cluster's
  /// reads, Error{"cluster_crowded"} where the cluster has its share, Error{"daemon_busy"} where all
  /// clusters together have theirs.
  std::unique_ptr<Slot> enter(const Cluster& cluster, const std::string& user_id, bool is_change);

 private:
  struct Inside {
    std::size_t reads = 0, changes = 0;
    std::map<std::string, std::size_t> reads_by_user;
  };
  void leave(const Slot& slot);

  const Limits limits_;
  std::mutex mutex_;
  std::map<std::string, Inside> inside_;  ///< By cluster id.
  std::size_t reads_ = 0, changes_ = 0;
};

}  // namespace podload
