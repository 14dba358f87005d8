// Users in PostgreSQL. Owned by the plugin; any thread. Throws what libpqxx throws; the host's
// Database translates it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "podload/database.hpp"
#include "podload/principal.hpp"

namespace podload::auth {

struct User {
  std::string id;
  std::string username;
  std::string password_hash;
  std::string password_changed_at;  ///< As PostgreSQL writes it; tells one password from the next.
  Level level = Level::none;
  bool all_clusters = false;
  bool disabled = false;
  int clusters = 0;  ///< How many are listed.
};

class UserStore {
 public:
  /// `username` must be one (is_username).
  std::optional<User> find(Transaction& tx, const std::string& username) const;
  std::vector<User> all(Transaction& tx) const;

  /// False where the name is taken. Clusters, password_changed_at and disabled are not read.
  bool add(Transaction& tx, const User& user) const;

  void set_password(Transaction& tx, const std::string& id, const std::string& hash) const;

  /// The same password under better parameters, unless it was changed meanwhile.
  void improve_hash(Transaction& tx, const User& user, const std::string& hash) const;

  /// Whether the user is still there, enabled, and has the same password; it stays so until the
  /// transaction ends.
  bool is_unchanged(Transaction& tx, const User& user) const;
};

}  // namespace podload::auth
