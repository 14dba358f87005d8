// Signing in and out: the rules, over the stores. Owned by the plugin; any thread. Throws
// Error{"wrong_credentials"}, Error{"sign_in_blocked"}, Error{"sign_in_busy"} or
// Error{"database_unavailable"}.
#pragma once

#include <string>

#include "sign_in/flood_store.hpp"
#include "sign_in/known_sources.hpp"
#include "users/password_hasher.hpp"
#include "podload/audit_log.hpp"
#include "podload/database.hpp"
#include "podload/events.hpp"
#include "podload/secret.hpp"
#include "sessions/session_store.hpp"
#include "sign_in/sign_in_store.hpp"
#include "sign_in/slots.hpp"
#include "users/user_store.hpp"

namespace podload::auth {

struct SignInAttempt {
  std::string username;
  Secret password;
  std::string user_agent;
  std::string old_token_hash;  ///< Of the session that the browser had; empty for none.
  AuditEntry from;             ///< Address and request id of who tries.
};

struct SignedIn {
  Secret token;
  Session session;
};

class SignIn {
 public:
  SignIn(Database& database, const UserStore& users, const SessionStore& sessions, const SignInStore& failures,
         const FloodStore& floods, const PasswordHasher& hasher, Slots& slots, KnownSources& known, Events& events)
      : database_(database),
        users_(users),
        sessions_(sessions),
        failures_(failures),
        floods_(floods),
        hasher_(hasher),
        slots_(slots),
        known_(known),
        events_(events) {}

  /// Takes the same time and says the same for an unknown name, a disabled user and a wrong password.
  SignedIn run(const SignInAttempt& attempt, AuditLog& log) const;

  /// Rows for the failures of one past minute that had none of their own; returns how many.
  int tell_floods(AuditLog& log) const;

  /// Ends the session of `principal`. Throws Error{"signed_out"} where it had ended.
  void end(const Principal& principal, AuditEntry from, AuditLog& log) const;

 private:
  /// A row of its own, or one more in the count of those that have none.
  void tell(Transaction& tx, const AuditEntry& row, const std::string& source, bool known, AuditLog& log) const;
  /// That guesses at an account are slowed down: a row in the log, and an event where there is such an account.
  void tell_slowed(Transaction& tx, const AuditEntry& entry, const Attempt& counted, const std::string& source, bool known,
                   AuditLog& log) const;
  SignedIn admit(const SignInAttempt& attempt, const User& user, const std::string& source, AuditEntry entry,
                 AuditLog& log) const;

  Database& database_;
  const UserStore& users_;
  const SessionStore& sessions_;
  const SignInStore& failures_;
  const FloodStore& floods_;
  const PasswordHasher& hasher_;
  Slots& slots_;
  KnownSources& known_;
  Events& events_;
};

}  // namespace podload::auth
