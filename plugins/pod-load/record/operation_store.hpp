// SQL for operations. Static functions; each runs in the caller's transaction, on the caller's thread, and throws what
// query() throws. Times come from the database's clock.
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
      fresh,    ///< The caller holds the lease.
      replayed, ///< The request was sent before: `other` is its operation.
      blocked   ///< `other`, for the same Pod, is open and not applied yet.
    };
    State state = State::fresh;
    std::optional<PodOperation> other;
    std::set<std::string> pending;  ///< Names and uids of other Pods whose earlier removal is not settled.
  };

  /// Inserts the operation under the namespace's advisory lock, which is held until the commit, so that later calls see
  /// it. Sets created_at.
  static Reservation reserve(Transaction& tx, PodOperation& operation, const std::string& owner, int lease_seconds);

  /// Each of these writes only while `owner` holds the lease; false if it does not.
  static bool mark_sent(Transaction& tx, const PodOperation& operation, const std::string& owner, int lease_seconds);  ///< Records its uid.
  static bool mark_applied(Transaction& tx, const PodOperation& operation, const std::string& owner, int lease_seconds);
  static bool settle(Transaction& tx, PodOperation& operation, const std::string& owner);  ///< Sets settled_at.
  /// Lets the lease expire in `in_seconds` (0: now), so that the settler need not wait for it.
  static void release(Transaction& tx, const std::string& id, const std::string& owner, int in_seconds);

  static std::optional<PodOperation> find(Transaction& tx, const std::string& id);

  /// Names and uids of other Pods of the namespace whose earlier removal is not settled.
  static std::set<std::string> pending(Transaction& tx, const PodOperation& operation);

  /// Claims operations whose lease has expired, each cluster's oldest first: at most `limit`, at most `per_cluster` per
  /// cluster, none of the clusters in `except` (ids).
  static std::vector<PodOperation> claim_expired(Transaction& tx, const std::string& owner, int lease_seconds, int limit, int per_cluster,
                                                 const std::vector<std::string>& except);

  /// By uid, the last applied removal of each of those Pods.
  static std::map<std::string, PodOperation> last_removals(Transaction& tx, const std::string& cluster_id,
                                                           const std::vector<std::string>& uids);
};

}  // namespace podload::pod_load
