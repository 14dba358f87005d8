// Shared by this plugin's tests: an audit log in memory, a clock that tests set, and the stores on a real database.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "accounts/own_password.hpp"
#include "accounts/session_admin.hpp"
#include "accounts/user_admin.hpp"
#include "accounts/user_commands.hpp"
#include "credentials.hpp"
#include "podload/audit_log.hpp"
#include "podload/clock.hpp"
#include "podload/error.hpp"
#include "podload_testing/database.hpp"
#include "podload_testing/doubles.hpp"
#include "podload_testing/request.hpp"
#include "sessions/session_store.hpp"
#include "sessions/session_token.hpp"
#include "sign_in/sign_in.hpp"
#include "users/password_hasher.hpp"

namespace podload::auth {

using testing::code_of;
using testing::RememberingAuditLog;

/// A fresh schema with the users ann (write) and root (admin), and all objects of the plugin on it.
struct Fixture {
  static constexpr const char* kPassword = "right password";

  explicit Fixture(std::unique_ptr<testing::TestDatabase> made) : database(std::move(made)) {
    commands.add("ann", Secret(kPassword), Level::write, false, log);
    commands.add("root", Secret(kPassword), Level::admin, false, log);
  }

  SignInAttempt attempt(const std::string& username, const std::string& password) const {
    SignInAttempt attempt;
    attempt.username = username;
    attempt.password = Secret(password);
    attempt.from.address = "192.0.2.7";
    attempt.from.request_id = "r";
    return attempt;
  }
  SignedIn sign_in(const std::string& username = "ann") { return signing.run(attempt(username, kPassword), log); }

  /// A request with that session's cookie.
  static testing::TestRequest request(const SignedIn& signed_in) {
    testing::TestRequest request;
    request.headers["cookie"] = "podload=" + signed_in.token.reveal();
    return request;
  }

  /// The actor of that session's user for a change that needs this level.
  Actor actor(const SignedIn& signed_in, Level needed = Level::admin) {
    const Principal principal = signed_in.session.principal;
    Actor actor;
    actor.entry.action = "x";
    actor.entry.username = principal.username;
    actor.entry.user_id = principal.user_id;
    actor.entry.credential = principal.credential;
    actor.entry.address = "192.0.2.7";
    actor.confirm = [this, principal, needed](Transaction& tx) { credentials.confirm(tx, principal, needed, "", ""); };
    return actor;
  }
  User user(const std::string& username) {
    return *database->transact([&](Transaction& tx) { return users.find(tx, username); });
  }

  std::unique_ptr<testing::TestDatabase> database;
  RememberingAuditLog log;
  testing::SetClock clock;
  PasswordHasher hasher{{8U << 20, 1}};
  Slots slots{2, 100, std::chrono::minutes(1)};
  UserStore users;
  SessionStore session_store{{600, 43200}};
  SignInStore failures{{3, 900, 30}};
  FloodStore floods{FloodLimits()};
  ApiTokenStore token_store;
  testing::QuietLog daemon_log;
  ChangeLog changes{*database, daemon_log};
  Sessions sessions{*database, session_store, clock};
  PasswordPolicy policy;
  OwnPassword own_password{*database, users, session_store, token_store, failures, hasher, slots, policy, changes};
  ApiTokens tokens{*database, token_store, clock, changes, own_password};
  Credentials credentials{*database, sessions, tokens, session_store, token_store};
  KnownSources known;
  testing::RememberingEvents events;
  SignIn signing{*database, users, session_store, failures, floods, hasher, slots, known, events};
  UserCommands commands{*database, users, session_store, hasher, policy, "cli:tester"};
  UserAdmin user_admin{*database, users, session_store, token_store, hasher, slots, policy, changes};
  SessionAdmin session_admin{*database, users, session_store, changes};
};

inline std::unique_ptr<Fixture> fixture() { return std::make_unique<Fixture>(testing::test_database("auth", PODLOAD_SQL)); }

}  // namespace podload::auth
