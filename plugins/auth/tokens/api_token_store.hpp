// API tokens in PostgreSQL, and whether one lives: always by the database's clock. Owned by the plugin;
// any thread. Throws what libpqxx throws; the host's Database translates it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "grants/permissions.hpp"
#include "podload/database.hpp"

namespace podload::auth {

/// A living token, and what it may do now.
struct LivingToken {
  std::string id;
  std::string name;
  std::string expires_at;  ///< RFC 3339
  double left_seconds = 0;
  bool use_is_news = false;  ///< Its last use was not written down for a minute.
  Principal principal;       ///< What its owner has now, narrowed by its scope.
};

/// As its owner and an administrator may see it.
struct ApiToken {
  std::string id;
  std::string username;
  std::string user_id;
  std::string name;
  Permissions scope;
  std::string created_at;  ///< RFC 3339, likewise the next two.
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
  /// The token, if it is neither revoked nor expired and its owner is there and not disabled.
  std::optional<LivingToken> find_by_hash(Transaction& tx, const std::string& hash) const;
  std::optional<LivingToken> find_by_id(Transaction& tx, const std::string& id) const;

  void add(Transaction& tx, const NewApiToken& token) const;
  /// False where it had been revoked.
  bool revoke(Transaction& tx, const std::string& id) const;
  /// All of that user's; returns how many there were.
  int revoke_all_of(Transaction& tx, const std::string& user_id) const;
  /// That user's tokens are counted and made by one transaction at a time, until it ends.
  void lock_owner(Transaction& tx, const std::string& user_id) const;
  /// Without waiting for the disk.
  void write_use(Transaction& tx, const std::string& id, const std::string& address) const;

  /// Those that were not revoked, the latest first; `user_id` empty: of all users.
  std::vector<ApiToken> all(Transaction& tx, const std::string& user_id) const;
  std::optional<ApiToken> get(Transaction& tx, const std::string& id) const;

  /// Takes out those that ended 90 days ago.
  void forget_old(Transaction& tx) const;

 private:
  std::optional<LivingToken> find(Transaction& tx, const std::string& where, const std::string& value) const;
  std::vector<ApiToken> select(Transaction& tx, const std::string& where, const std::string& value) const;
};

}  // namespace podload::auth
