// The Authenticator, over sessions and API tokens. Owned by the plugin; any thread. A bearer token takes precedence
// over any cookie.
#pragma once

#include "accounts/api_tokens.hpp"
#include "podload/authenticator.hpp"
#include "sessions/sessions.hpp"

namespace podload::auth {

class Credentials final : public Authenticator {
 public:
  Credentials(Database& database, Sessions& sessions, ApiTokens& tokens, const SessionStore& session_store,
              const ApiTokenStore& token_store)
      : database_(database),
        sessions_(sessions),
        tokens_(tokens),
        session_store_(session_store),
        token_store_(token_store) {}

  std::optional<Principal> authenticate(const Request& request) override;

  std::vector<std::optional<Principal>> current(const std::vector<Principal>& principals) override;

  /// Also throws the Error that bars the principal.
  void confirm(Transaction& tx, const Principal& principal, Level needed, std::string_view cluster_id,
               std::string_view name_space) override;

  /// Checks that the principal is still signed in, for changes that even a barred principal may make.
  void confirm_signed_in(Transaction& tx, const Principal& principal) const;

 private:
  Principal principal_now(Transaction& tx, const Principal& principal) const;

  Database& database_;
  Sessions& sessions_;
  ApiTokens& tokens_;
  const SessionStore& session_store_;
  const ApiTokenStore& token_store_;
};

/// Throws Error{"forbidden"} unless the principal is authorized. Without a cluster only the level counts.
void check_permission(const Principal& principal, Level needed, std::string_view cluster_id,
                      std::string_view name_space);

}  // namespace podload::auth
