// How many requests may hold a worker at once, so that neither a cluster that hangs nor a user that
// asks much keeps the others out: reads have bounds per cluster, per user of a cluster and in all;
// changes have slots of their own, which reads cannot take, and one namespace (its slow webhook) has
// not all of a cluster's; and some workers are left for what belongs to no cluster (signing in, the
// log). Any thread.
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
    std::size_t changes_of_namespace = 6;  ///< Of one namespace of one cluster.

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
    Slot(ConcurrencyLimit& limit, std::string cluster, std::string share, bool is_change)
        : limit_(limit), cluster_(std::move(cluster)), share_(std::move(share)), is_change_(is_change) {}
    ConcurrencyLimit& limit_;
    const std::string cluster_;
    const std::string share_;  ///< A read's user, a change's namespace.
    const bool is_change_;
  };

  explicit ConcurrencyLimit(Limits limits) : limits_(limits) {}

  /// Do not wait. Throw Error{"too_many_reads"} where the user has its share of the cluster's reads,
  /// Error{"namespace_crowded"} where the namespace has its share of the cluster's changes,
  /// Error{"cluster_crowded"} where the cluster has its share, Error{"daemon_busy"} where all clusters
  /// together have theirs. A change of no namespace (empty) has no bound but the cluster's.
  std::unique_ptr<Slot> enter_read(const Cluster& cluster, const std::string& user_id);
  std::unique_ptr<Slot> enter_change(const Cluster& cluster, const std::string& name_space);

 private:
  struct Inside {
    std::size_t reads = 0, changes = 0;
    std::map<std::string, std::size_t> reads_by_user, changes_by_namespace;
  };
  void leave(const Slot& slot);

  const Limits limits_;
  std::mutex mutex_;
  std::map<std::string, Inside> inside_;  ///< By cluster id.
  std::size_t reads_ = 0, changes_ = 0;
};

}  // namespace podload
