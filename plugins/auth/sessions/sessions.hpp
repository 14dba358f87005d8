// Looks up the session of a request's cookie, with a cache of one second. Owned by the plugin; any thread. Throws
// Error{"database_unavailable"}.
#pragma once

#include <optional>

#include "podload/clock.hpp"
#include "podload/request.hpp"
#include "sessions/cache.hpp"
#include "sessions/session_store.hpp"

namespace podload::auth {

class Sessions {
 public:
  Sessions(Database& database, const SessionStore& store, const Clock& clock)
      : database_(database), store_(store), clock_(clock) {}

  /// The session of the request's cookie. A user's request (not one that the page sends on its own) counts as activity,
  /// which is recorded at most once a second.
  std::optional<Session> look(const Request& request);

  /// The session of that cookie has just ended or changed.
  void forget(const Request& request);

 private:
  struct CachedSession {
    Session session;
    bool touched = false;  ///< Its activity was recorded then.
  };

  Database& database_;
  const SessionStore& store_;
  const Clock& clock_;
  Cache<CachedSession> cache_;  ///< By the token's hash.
};

}  // namespace podload::auth
