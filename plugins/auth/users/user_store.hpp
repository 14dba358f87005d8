// Users in PostgreSQL. Owned by the plugin; any thread. Throws what libpqxx throws; the host's
// Database translates it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "grants/permissions.hpp"
#include "podload/database.hpp"

namespace podload::auth {

struct User {
  std::string id;
  std::string username;
  std::string password_hash;
  bool password_of_sha256 = false;  ///< The hash is one of the password's SHA-256, as it came from the predecessor.
  std::string password_changed_at;  ///< As PostgreSQL writes it; tells one password from the next.
  Permissions permissions;
  bool disabled = false;
  bool must_change = false;  ///< The password, before anything else.
  std::string created_at;    ///< RFC 3339
  std::string last_sign_in;  ///< RFC 3339; empty for never, or not since sessions are remembered.
};

class UserStore {
 public:
  /// Changes of users come one after another until the transaction ends: so that two cannot each
  /// take the other for the administrator who stays.
  void lock(Transaction& tx) const;

  /// `username` must be one (is_username).
  std::optional<User> find(Transaction& tx, const std::string& username) const;
  /// Without what other tables have of them, so that it takes no longer where there is such a user.
  std::optional<User> find_to_sign_in(Transaction& tx, const std::string& username) const;
  std::optional<User> find_id(Transaction& tx, const std::string& id) const;
  std::vector<User> all(Transaction& tx) const;

  /// False where the name is taken. password_changed_at, created_at and last_sign_in are not read.
  bool add(Transaction& tx, const User& user) const;

  /// False where the name is taken.
  bool rename(Transaction& tx, const std::string& id, const std::string& username) const;
  void set_permissions(Transaction& tx, const std::string& id, const Permissions& permissions) const;
  void set_disabled(Transaction& tx, const std::string& id, bool disabled) const;
  /// With all that is theirs: grants, sessions, tokens.
  void remove(Transaction& tx, const std::string& id) const;

  /// Whether there is an enabled administrator besides that user.
  bool has_other_admin(Transaction& tx, const std::string& id) const;

  void set_password(Transaction& tx, const std::string& id, const std::string& hash, bool must_change) const;

  /// The same password under better parameters, hashed itself, unless it was changed meanwhile.
  void improve_hash(Transaction& tx, const User& user, const std::string& hash) const;

  /// Whether the user is still there, enabled, and has the same password; it stays so until the
  /// transaction ends.
  bool is_unchanged(Transaction& tx, const User& user) const;
};

}  // namespace podload::auth
