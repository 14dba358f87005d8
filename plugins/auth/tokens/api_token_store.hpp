// API tokens in PostgreSQL. Whether one is valid is always decided by the database's clock. Owned by the plugin; any
// thread. Throws what libpqxx throws; the host's Database translates it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "grants/permissions.hpp"
#include "podload/database.hpp"

namespace podload::auth {

/// A valid token, and what it currently allows.
struct LivingToken {
  std::string id;
  std::string name;
  std::string expires_at;  ///< RFC 3339
  double left_seconds = 0;
  bool use_is_news = false;  ///< Its last recorded use is more than a minute ago.
  Principal principal;       ///< The owner's current principal, narrowed by the token's scope.
};

/// What its owner and administrators may see of a token.
struct ApiToken {
  std::string id;
  std::string username;
  std::string user_id;
  std::string name;
  Permissions scope;
  std::string created_at;  ///< RFC 3339, like the next two.
  std::string expires_at;
  std::string last_used_at;  ///< Empty for never.
  std::string last_used_from;
  bool expired = false;
};

struct NewApiToken {
  std::string id;
  std::string token_hash;  ///< 32 bytes
  std::string user_id;
  std::string name;
  Permissions scope;
  int days = 0;
};

class ApiTokenStore {
 public:
  /// The token, if it is neither revoked nor expired and its owner exists and is not disabled.
  std::optional<LivingToken> find_by_hash(Transaction& tx, const std::string& hash) const;
  std::optional<LivingToken> find_by_id(Transaction& tx, const std::string& id) const;
  /// Those of the tokens that are valid, in any order. The ids are UUIDs.
  std::vector<LivingToken> find_by_ids(Transaction& tx, const std::vector<std::string>& ids) const;

  void add(Transaction& tx, const NewApiToken& token) const;
  /// False if it was revoked already.
  bool revoke(Transaction& tx, const std::string& id) const;
  /// Revokes all tokens of that user; returns how many.
  int revoke_all_of(Transaction& tx, const std::string& user_id) const;
  /// Serializes counting and creating that user's tokens until the transaction ends.
  void lock_owner(Transaction& tx, const std::string& user_id) const;
  /// Does not wait for the disk.
  void write_use(Transaction& tx, const std::string& id, const std::string& address) const;

  /// Tokens that were not revoked, the latest first; an empty `user_id` means all users.
  std::vector<ApiToken> all(Transaction& tx, const std::string& user_id) const;
  std::optional<ApiToken> get(Transaction& tx, const std::string& id) const;

  /// Deletes tokens that ended 90 days ago.
  void forget_old(Transaction& tx) const;

 private:
  std::vector<LivingToken> find(Transaction& tx, const std::string& where, const std::string& value) const;
  std::vector<ApiToken> select(Transaction& tx, const std::string& where, const std::string& value) const;
};

}  // namespace podload::auth
