// API tokens: looks up a request's bearer token, with a cache of one second; creates, lists and revokes tokens. Owned
// by the plugin; any thread. Throws Error{"unknown_token"}, Error{"too_many_tokens"}, Error{"bad_token_name"},
// Error{"forbidden"}, Error{"database_unavailable"}, and what OwnPassword::prove and the actor's confirm throw. Every
// refusal is logged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "accounts/change.hpp"
#include "accounts/own_password.hpp"
#include "podload/clock.hpp"
#include "podload/request.hpp"
#include "podload/secret.hpp"
#include "sessions/cache.hpp"
#include "tokens/api_token_store.hpp"

namespace podload::auth {

struct RequestedToken {
  std::string name;
  Permissions scope;
  int days = 0;
  Secret current_password;  ///< Needed because a session alone must not create something that outlives it.
};

struct MadeToken {
  Secret text;  ///< Shown only once.
  ApiToken row;
};

class ApiTokens {
 public:
  ApiTokens(Database& database, const ApiTokenStore& store, const Clock& clock, const ChangeLog& changes,
            const OwnPassword& own_password)
      : database_(database), store_(store), clock_(clock), changes_(changes), own_password_(own_password) {}

  /// The token with that hash, from a request. Its use is recorded once a minute.
  std::optional<LivingToken> look(const std::string& hash, const std::string& address);

  /// Creates a token for `owner`, who proves their identity with the password and cannot grant a higher level than
  /// their own.
  MadeToken make(const Principal& owner, const RequestedToken& requested, const ClusterNames& names, const Actor& actor,
                 AuditLog& log) const;

  /// Those of all users if `user_id` is empty.
  std::vector<ApiToken> all(const std::string& user_id) const;

  /// If `owner` is not empty, only a token of that user.
  void revoke(const std::string& id, const std::string& owner, const Actor& actor, AuditLog& log) const;

 private:
  Database& database_;
  const ApiTokenStore& store_;
  const Clock& clock_;
  const ChangeLog& changes_;
  const OwnPassword& own_password_;
  Cache<LivingToken> cache_;
};

}  // namespace podload::auth
