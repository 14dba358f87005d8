// The operations' SQL. Each call is part of the caller's transaction; times are the database's.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "podload/database.hpp"
#include "record/pod_operation.hpp"

namespace podload::pod_load {

class OperationStore {
 public:
  struct Reservation {
    enum class State {
      fresh,    ///< It is ours now.
      replayed, ///< The request came before: `other` is what it made.
      blocked   ///< The same Pod's `other` is under way and not applied yet.
    };
    State state = State::fresh;
    std::optional<PodOperation> other;
    std::set<std::string> pending;  ///< Names and uids of other Pods whose earlier removal is not settled.
  };

  /// Takes the operation's place in its namespace's order: under an advisory lock that lasts until
  /// the commit, so that whoever comes later sees it. Sets created_at.
  static Reservation reserve(Transaction& tx, PodOperation& operation, const std::string& owner, int lease_seconds);

  /// Each of these writes only while `owner` holds the lease; false where it does not any more.
  static bool mark_sent(Transaction& tx, const std::string& id, const std::string& owner, int lease_seconds);
  static bool mark_applied(Transaction& tx, const PodOperation& operation, const std::string& owner, int lease_seconds);
  static bool settle(Transaction& tx, PodOperation& operation, const std::string& owner);  ///< Sets settled_at.
  /// Lets the lease end in so many seconds (0: now), so that the settler need not wait for it.
  static void release(Transaction& tx, const std::string& id, const std::string& owner, int in_seconds);

  static std::optional<PodOperation> find(Transaction& tx, const std::string& id);

  /// Names and uids of other Pods of the namespace whose earlier removal is not settled.
  static std::set<std::string> pending(Transaction& tx, const PodOperation& operation);

  /// Takes operations whose lease is over, oldest first: at most `limit`, at most `per_cluster` of one cluster, none
  /// of the clusters in `except` (ids).
  static std::vector<PodOperation> claim_expired(Transaction& tx, const std::string& owner, int lease_seconds, int limit, int per_cluster,
                                                 const std::vector<std::string>& except);

  /// The last removal of each of those Pods that set the label.
  static std::map<std::string, PodOperation> last_removals(Transaction& tx, const std::string& cluster_id,
                                                           const std::vector<std::string>& uids);
};

}  // namespace podload::pod_load
