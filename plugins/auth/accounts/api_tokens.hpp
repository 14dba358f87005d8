// API tokens: whose a request's bearer token is, with a memory of a second; making, listing and revoking
// them. Owned by the plugin; any thread. Throws Error{"unknown_token"}, Error{"too_many_tokens"},
// Error{"bad_token_name"}, Error{"forbidden"}, Error{"database_unavailable"}, and what OwnPassword::prove and the
// actor's confirm throw. Whatever is refused has its row in the log.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tokens/api_token_store.hpp"
#include "accounts/change.hpp"
#include "sessions/memory.hpp"
#include "accounts/own_password.hpp"
#include "podload/clock.hpp"
#include "podload/request.hpp"
#include "podload/secret.hpp"

namespace podload::auth {

struct AskedToken {
  std::string name;
  Permissions scope;
  int days = 0;
  Secret current_password;  ///< A session alone is not enough to leave something behind that outlives it.
};

struct MadeToken {
  Secret text;  ///< Nobody sees it again.
  ApiToken row;
};

class ApiTokens {
 public:
  ApiTokens(Database& database, const ApiTokenStore& store, const Clock& clock, const ChangeLog& changes,
            const OwnPassword& own_password)
      : database_(database), store_(store), clock_(clock), changes_(changes), own_password_(own_password) {}

  /// The token with that hash, which the request carries. Its use is written down once a minute.
  std::optional<LivingToken> look(const std::string& hash, const std::string& address);

  /// For `owner`, who proves with the password that it is them, and cannot give a higher level than they have.
  MadeToken make(const Principal& owner, const AskedToken& asked, const ClusterNames& names, const Actor& actor,
                 AuditLog& log) const;

  /// Of all users for an empty id.
  std::vector<ApiToken> all(const std::string& user_id) const;

  /// Where `owner` is not empty, only if it is that user's.
  void revoke(const std::string& id, const std::string& owner, const Actor& actor, AuditLog& log) const;

 private:
  Database& database_;
  const ApiTokenStore& store_;
  const Clock& clock_;
  const ChangeLog& changes_;
  const OwnPassword& own_password_;
  Memory<LivingToken> memory_;
};

}  // namespace podload::auth
