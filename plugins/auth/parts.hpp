// All objects of the plugin, in order of dependency. Owned by the plugin; its handlers, commands and jobs use the ones
// they need. Any thread.
#pragma once

#include "accounts/own_password.hpp"
#include "accounts/session_admin.hpp"
#include "accounts/user_admin.hpp"
#include "accounts/user_commands.hpp"
#include "credentials.hpp"
#include "podload/host.hpp"
#include "sign_in/sign_in.hpp"
#include "users/flask_users.hpp"

namespace podload::auth {

struct Parts {
  explicit Parts(Host& host);

  /// Throws Error{"no_audit_log"}.
  AuditLog& audit() const;

  /// The clusters registered now; empty without the cluster plugin.
  ClusterNames cluster_names() const;

  /// The principal's permissions for replies; reads the clusters only if the permissions name some.
  Json permissions(const Principal& principal) const;

  /// The actor of the request, for a change that needs that level.
  Actor actor(const Request& request, Level needed);
  /// For changes that are allowed even while the password must be changed.
  Actor signed_in(const Request& request) const;

  std::string say(const Request& request, const char* code, const Json& args = Json::object()) const {
    return host.say(request.language, code, args);
  }
  Reply done(const std::string& message) const { return Reply::json({{"success", true}, {"message", message}}); }

  Host& host;
  const PasswordPolicy policy;
  PasswordHasher hasher;
  Slots slots;
  KnownSources known_sources;
  UserStore user_store;
  SessionStore session_store;
  SignInStore sign_in_store;
  FloodStore flood_store{FloodLimits()};
  ApiTokenStore api_token_store;
  ChangeLog changes;
  Sessions sessions;
  OwnPassword own_password;
  ApiTokens api_tokens;
  Credentials credentials;
  SignIn sign_in;
  UserAdmin user_admin;
  SessionAdmin session_admin;
  UserCommands commands;
  FlaskUsers flask_users;
};

/// The principal, if the request has a session: for operations that an API token may not use. Throws
/// Error{"session_needed"}.
const Principal& with_session(const Request& request);

/// Each binds the operations or commands of its source file.
void handle_sign_in(Parts& parts);
void handle_users(Parts& parts);
void handle_sessions(Parts& parts);
void handle_api_tokens(Parts& parts);
void add_commands(Parts& parts);

/// Periodic work: ends expired sessions, and deletes old rows.
void sweep(Parts& parts);

}  // namespace podload::auth
