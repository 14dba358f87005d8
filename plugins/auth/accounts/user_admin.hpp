// What administrators do to users: add, change, delete, with the rules that keep an administrator.
// Owned by the plugin; any thread. Throws Error{"user_exists"}, Error{"unknown_user"},
// Error{"last_admin"}, Error{"not_to_yourself"}, Error{"confirm_demotion"}, and what the rules for names,
// passwords and permissions and the actor's confirm throw. Whatever is refused has its row in the log.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "users/account_rules.hpp"
#include "accounts/change.hpp"
#include "accounts/own_password.hpp"
#include "users/password_hasher.hpp"
#include "grants/permissions.hpp"
#include "sessions/session_store.hpp"
#include "sign_in/slots.hpp"
#include "users/user_store.hpp"

namespace podload::auth {

struct NewUser {
  std::string username;
  Secret password;
  Json permissions;
};

/// What is not there stays as it is; an empty password too.
struct UserChange {
  std::optional<std::string> username;
  Secret password;
  std::optional<Json> permissions;
  std::optional<bool> disabled;
  bool revoke_tokens = false;  ///< The user's API tokens end too.
  bool confirmed = false;  ///< An administrator who takes that away from themself means it.
};

class UserAdmin {
 public:
  UserAdmin(Database& database, const UserStore& users, const SessionStore& sessions, const ApiTokenStore& tokens,
            const PasswordHasher& hasher, Slots& slots, PasswordPolicy policy, const ChangeLog& changes)
      : database_(database),
        users_(users),
        sessions_(sessions),
        tokens_(tokens),
        hasher_(hasher),
        slots_(slots),
        policy_(policy),
        changes_(changes) {}

  std::vector<User> all() const;
  User find(const std::string& username) const;

  /// The password is for one sign-in: it has to be changed then.
  void add(const NewUser& user, const ClusterNames& names, const Actor& actor, AuditLog& log) const;

  /// Returns what it ended: all of the user's sessions where somebody else gave a new password or the user was
  /// disabled, and their API tokens where that was asked for.
  Ended update(const std::string& username, const UserChange& change, const ClusterNames& names, const Actor& actor,
             AuditLog& log) const;

  void remove(const std::string& username, const ClusterNames& names, const Actor& actor, AuditLog& log) const;

 private:
  /// The user as it is, with what the change asks for put in; the password is not among it.
  User changed(Transaction& tx, const User& user, const UserChange& change, const AskedPermissions& asked,
               const Actor& actor) const;
  void write(Transaction& tx, const User& before, const User& after, const UserChange& change) const;

  Database& database_;
  const UserStore& users_;
  const SessionStore& sessions_;
  const ApiTokenStore& tokens_;
  const PasswordHasher& hasher_;
  Slots& slots_;
  const PasswordPolicy policy_;
  const ChangeLog& changes_;
};

}  // namespace podload::auth
