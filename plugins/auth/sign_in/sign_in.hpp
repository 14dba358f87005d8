// Signing in and out: the rules, on top of the stores. Owned by the plugin; any thread. Throws
// Error{"wrong_credentials"}, Error{"sign_in_blocked"}, Error{"sign_in_busy"} or Error{"database_unavailable"}.
#pragma once

#include <string>

#include "podload/audit_log.hpp"
#include "podload/database.hpp"
#include "podload/events.hpp"
#include "podload/secret.hpp"
#include "sessions/session_store.hpp"
#include "sign_in/flood_store.hpp"
#include "sign_in/known_sources.hpp"
#include "sign_in/sign_in_store.hpp"
#include "sign_in/slots.hpp"
#include "users/password_hasher.hpp"
#include "users/user_store.hpp"

namespace podload::auth {

struct SignInAttempt {
  std::string username;
  Secret password;
  std::string user_agent;
  std::string old_token_hash;  ///< Of the browser's previous session; empty if it had none.
  AuditEntry from;             ///< The client's address and request id.
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

  /// Takes the same time and throws the same for an unknown name, a disabled user and a wrong password.
  SignedIn run(const SignInAttempt& attempt, AuditLog& log) const;

  /// Logs the failures of one past minute that had no row of their own; returns the number of rows.
  int tell_floods(AuditLog& log) const;

  /// Ends the session of `principal`. Throws Error{"signed_out"} if it had ended already.
  void end(const Principal& principal, AuditEntry from, AuditLog& log) const;

 private:
  /// Logs a row, or adds to the count of those without one.
  void record_failure(Transaction& tx, const AuditEntry& row, const std::string& source, bool known, AuditLog& log) const;
  /// Reports that guesses at an account are slowed down: a log row, and an event if the account exists.
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
