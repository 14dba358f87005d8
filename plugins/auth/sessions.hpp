// Who is asking: the Authenticator over sessions, with a memory of a second. Owned by the plugin;
// any thread. Throws Error{"database_unavailable"}.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "podload/authenticator.hpp"
#include "podload/clock.hpp"
#include "session_store.hpp"

namespace podload::auth {

class Sessions final : public Authenticator {
 public:
  Sessions(Database& database, const SessionStore& store, const Clock& clock)
      : database_(database), store_(store), clock_(clock) {}

  std::optional<Principal> authenticate(const Request& request) override;
  void confirm(Transaction& tx, const Principal& principal, Level needed, std::string_view cluster_id,
               std::string_view name_space) override;

  /// The session of the request's cookie. What a person does (not what the page fetches by itself)
  /// is activity, written down at most once a second.
  std::optional<Session> look(const Request& request);

  /// The session of that cookie ended just now.
  void forget(const Request& request);

 private:
  struct Remembered {
    Session session;
    SteadyTime read_at;  ///< Before the rows were read.
    bool touched = false;    ///< Activity was written down then.
    bool renewing = false;   ///< Someone reads the rows again already.
  };

  /// Nothing also for the first who comes when half of its time is over: that one reads the rows
  /// again while the others still go by what is remembered, or all would do so at the same moment.
  std::optional<Session> remembered(const std::string& key, bool background, SteadyTime now);
  void remember(const std::string& key, Remembered entry);

  Database& database_;
  const SessionStore& store_;
  const Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, Remembered> memory_;  ///< By the token's hash.
};

/// Throws Error{"forbidden"} unless the principal may. Without a cluster only the level counts.
void check_permission(const Principal& principal, Level needed, std::string_view cluster_id, std::string_view name_space);

}  // namespace podload::auth
