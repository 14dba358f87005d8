// The `podloadd user ...` commands. Owned by the plugin; one thread. Throws Error{"user_exists"},
// Error{"unknown_user"}, and what the rules for names and passwords throw.
#pragma once

#include <string>
#include <vector>

#include "podload/audit_log.hpp"
#include "podload/database.hpp"
#include "sessions/session_store.hpp"
#include "users/account_rules.hpp"
#include "users/password_hasher.hpp"
#include "users/user_store.hpp"

namespace podload::auth {

class UserCommands {
 public:
  /// `actor` is the actor in the log.
  UserCommands(Database& database, const UserStore& users, const SessionStore& sessions, const PasswordHasher& hasher,
               PasswordPolicy policy, std::string actor)
      : database_(database),
        users_(users),
        sessions_(sessions),
        hasher_(hasher),
        policy_(policy),
        actor_(std::move(actor)) {}

  /// For all clusters.
  void add(const std::string& username, const Secret& password, Level level, bool weak, AuditLog& log) const;

  /// Ends all of the user's sessions; returns how many.
  int set_password(const std::string& username, const Secret& password, bool weak, AuditLog& log) const;

  std::vector<User> all() const;

 private:
  AuditEntry entry(const std::string& action, const User& user) const;

  Database& database_;
  const UserStore& users_;
  const SessionStore& sessions_;
  const PasswordHasher& hasher_;
  const PasswordPolicy policy_;
  const std::string actor_;
};

}  // namespace podload::auth
