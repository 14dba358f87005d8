// Lists and ends sessions: users their own, administrators any. Owned by the plugin; any thread. Throws
// Error{"unknown_session"}, Error{"unknown_user"}, and what the actor's confirm throws. An ended session is invalid on
// every daemon within the second for which it may be cached.
#pragma once

#include <string>
#include <vector>

#include "accounts/change.hpp"
#include "sessions/session_store.hpp"
#include "users/user_store.hpp"

namespace podload::auth {

class SessionAdmin {
 public:
  SessionAdmin(Database& database, const UserStore& users, const SessionStore& sessions, const ChangeLog& changes)
      : database_(database), users_(users), sessions_(sessions), changes_(changes) {}

  /// Active sessions, the latest first; those of all users if `username` is empty.
  std::vector<LivingSession> all(const std::string& username) const;
  std::vector<LivingSession> of(const std::string& user_id) const;

  /// Ends one session; if `owner` is not empty, only one of that user.
  void end(const std::string& id, const std::string& owner, const Actor& actor, AuditLog& log) const;
  /// Ends all sessions of a user; returns how many.
  int end_all(const std::string& username, const Actor& actor, AuditLog& log) const;

 private:
  std::optional<User> find(Transaction& tx, const std::string& username) const;

  Database& database_;
  const UserStore& users_;
  const SessionStore& sessions_;
  const ChangeLog& changes_;
};

}  // namespace podload::auth
