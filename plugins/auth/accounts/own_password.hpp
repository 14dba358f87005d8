// A user's own password: proves the user's identity, and changes it, which is all that a user who must change it may
// do. Owned by the plugin; any thread. Throws Error{"session_needed"}, Error{"wrong_current_password"},
// Error{"password_unchanged"}, Error{"sign_in_blocked"}, Error{"sign_in_busy"}, Error{"signed_out"}, and what the rules
// for passwords throw. Every refusal is logged.
#pragma once

#include "accounts/change.hpp"
#include "podload/principal.hpp"
#include "sessions/session_store.hpp"
#include "sign_in/sign_in_store.hpp"
#include "sign_in/slots.hpp"
#include "tokens/api_token_store.hpp"
#include "users/account_rules.hpp"
#include "users/password_hasher.hpp"
#include "users/user_store.hpp"

namespace podload::auth {

/// What a password change ended.
struct Ended {
  int sessions = 0;
  int tokens = 0;
};

class OwnPassword {
 public:
  OwnPassword(Database& database, const UserStore& users, const SessionStore& sessions, const ApiTokenStore& tokens,
              const SignInStore& failures, const PasswordHasher& hasher, Slots& slots, PasswordPolicy policy, const ChangeLog& changes)
      : database_(database),
        users_(users),
        sessions_(sessions),
        tokens_(tokens),
        failures_(failures),
        hasher_(hasher),
        slots_(slots),
        policy_(policy),
        changes_(changes) {}

  /// Returns the user if the password is theirs. A wrong one counts as a failed sign-in from that address.
  User prove(const Principal& principal, const Secret& current, const std::string& address) const;

  /// Call it in the transaction of the change that the proof was for. Throws Error{"signed_out"} if the password was
  /// changed or the user disabled since.
  void still_holds(Transaction& tx, const User& proved) const;

  /// Ends the user's other sessions and, with `revoke_tokens`, their API tokens.
  Ended change(const Principal& principal, const Secret& current, const Secret& wanted, bool revoke_tokens, const AuditEntry& entry,
               AuditLog& log) const;

 private:
  Database& database_;
  const UserStore& users_;
  const SessionStore& sessions_;
  const ApiTokenStore& tokens_;
  const SignInStore& failures_;
  const PasswordHasher& hasher_;
  Slots& slots_;
  const PasswordPolicy policy_;
  const ChangeLog& changes_;
};

}  // namespace podload::auth
