// Seeing and ending sessions: one's own, and anyone's for administrators. Owned by the plugin; any
// thread. Throws Error{"unknown_session"}, Error{"unknown_user"}, and what the actor's confirm throws.
// What is ended here is over on every daemon within the second that it may remember a session.
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

  /// Those that live, the latest first; of all users for an empty name.
  std::vector<LivingSession> all(const std::string& username) const;
  std::vector<LivingSession> of(const std::string& user_id) const;

  /// Ends one; where `owner` is not empty, only if it is that user's.
  void end(const std::string& id, const std::string& owner, const Actor& actor, AuditLog& log) const;
  /// Ends all of a user's and returns how many they were.
  int end_all(const std::string& username, const Actor& actor, AuditLog& log) const;

 private:
  std::optional<User> find(Transaction& tx, const std::string& username) const;

  Database& database_;
  const UserStore& users_;
  const SessionStore& sessions_;
  const ChangeLog& changes_;
};

}  // namespace podload::auth
