// The operations' SQL. Each call is part of the caller's transaction; times are the database's.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pod_operation.hpp"
#include "podload/database.hpp"

namespace podload {

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
  static bool mark_applied(Transaction& tx, const PodOperation& operation, const std::string& owner);
  static bool settle(Transaction& tx, PodOperation& operation, const std::string& owner);  ///< Sets settled_at.
  static bool holds(Transaction& tx, const std::string& id, const std::string& owner);
  /// Ends the lease now, so that the settler need not wait for it.
  static void release(Transaction& tx, const std::string& id, const std::string& owner);

  static std::optional<PodOperation> find(Transaction& tx, const std::string& id);

  /// Takes operations whose lease is over, oldest first, a few at a time.
  static std::vector<PodOperation> claim_expired(Transaction& tx, const std::string& owner, int lease_seconds, int limit);

  /// The last removal of each of those Pods that set the label.
  static std::map<std::string, PodOperation> last_removals(Transaction& tx, const std::string& cluster_id,
                                                           const std::vector<std::string>& uids);
};

}  // namespace podload
