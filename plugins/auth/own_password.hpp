// The change of one's own password: the only thing left to do for who must change it. Owned by the
// plugin; any thread. Throws Error{"session_needed"}, Error{"wrong_current_password"},
// Error{"password_unchanged"}, Error{"sign_in_blocked"}, Error{"sign_in_busy"}, Error{"signed_out"}, and what
// the rules for passwords throw. Whatever is refused has its row in the log.
#pragma once

#include "account_rules.hpp"
#include "change.hpp"
#include "password_hasher.hpp"
#include "podload/principal.hpp"
#include "session_store.hpp"
#include "sign_in_store.hpp"
#include "slots.hpp"
#include "user_store.hpp"

namespace podload::auth {

class OwnPassword {
 public:
  OwnPassword(Database& database, const UserStore& users, const SessionStore& sessions, const SignInStore& failures,
              const PasswordHasher& hasher, Slots& slots, PasswordPolicy policy, const ChangeLog& changes)
      : database_(database),
        users_(users),
        sessions_(sessions),
        failures_(failures),
        hasher_(hasher),
        slots_(slots),
        policy_(policy),
        changes_(changes) {}

  /// A wrong current password counts as a failed sign-in from that address. Ends the user's other
  /// sessions and returns how many they were.
  int change(const Principal& who, const Secret& current, const Secret& wanted, const AuditEntry& entry,
             AuditLog& log) const;

 private:
  /// The user, if the password is theirs.
  User prove(const Principal& who, const Secret& current, const std::string& address) const;

  Database& database_;
  const UserStore& users_;
  const SessionStore& sessions_;
  const SignInStore& failures_;
  const PasswordHasher& hasher_;
  Slots& slots_;
  const PasswordPolicy policy_;
  const ChangeLog& changes_;
};

}  // namespace podload::auth
