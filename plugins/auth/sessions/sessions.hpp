// Whose session a request's cookie names, with a memory of a second. Owned by the plugin; any thread.
// Throws Error{"database_unavailable"}.
#pragma once

#include <optional>

#include "sessions/memory.hpp"
#include "podload/clock.hpp"
#include "podload/request.hpp"
#include "sessions/session_store.hpp"

namespace podload::auth {

class Sessions {
 public:
  Sessions(Database& database, const SessionStore& store, const Clock& clock)
      : database_(database), store_(store), clock_(clock) {}

  /// The session of the request's cookie. What a person does (not what the page fetches by itself)
  /// is activity, written down at most once a second.
  std::optional<Session> look(const Request& request);

  /// The session of that cookie ended or changed just now.
  void forget(const Request& request);

 private:
  struct Remembered {
    Session session;
    bool touched = false;  ///< Activity was written down then.
  };

  Database& database_;
  const SessionStore& store_;
  const Clock& clock_;
  Memory<Remembered> memory_;  ///< By the token's hash.
};

}  // namespace podload::auth
