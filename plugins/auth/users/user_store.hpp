// Users in PostgreSQL. Owned by the plugin; any thread. Throws what libpqxx throws; the host's Database translates it.
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
  bool password_of_sha256 = false;  ///< The hash was made from the password's SHA-256, as imported from the predecessor.
  std::string password_changed_at;  ///< As PostgreSQL formats it; distinguishes one password from the next.
  Permissions permissions;
  bool disabled = false;
  bool must_change = false;  ///< The password, before anything else.
  std::string created_at;    ///< RFC 3339
  std::string last_sign_in;  ///< RFC 3339; empty for never, or not since it is recorded.
};

class UserStore {
 public:
  /// Serializes changes of users until the transaction ends, so that two changes cannot each count on the other's
  /// administrator to stay.
  void lock(Transaction& tx) const;

  /// `username` must be valid (is_username).
  std::optional<User> find(Transaction& tx, const std::string& username) const;
  /// Reads nothing from other tables, so that it takes the same time whether the user exists or not.
  std::optional<User> find_to_sign_in(Transaction& tx, const std::string& username) const;
  std::optional<User> find_id(Transaction& tx, const std::string& id) const;
  std::vector<User> all(Transaction& tx) const;

  /// False if the name is taken. Ignores password_changed_at, created_at and last_sign_in.
  bool add(Transaction& tx, const User& user) const;

  /// False if the name is taken.
  bool rename(Transaction& tx, const std::string& id, const std::string& username) const;
  void set_permissions(Transaction& tx, const std::string& id, const Permissions& permissions) const;
  void set_disabled(Transaction& tx, const std::string& id, bool disabled) const;
  /// With all grants, sessions and tokens of the user.
  void remove(Transaction& tx, const std::string& id) const;

  /// Whether there is another enabled administrator.
  bool has_other_admin(Transaction& tx, const std::string& id) const;

  void set_password(Transaction& tx, const std::string& id, const std::string& hash, bool must_change) const;

  /// Stores the same password's hash with better parameters, unless the password was changed meanwhile.
  void improve_hash(Transaction& tx, const User& user, const std::string& hash) const;

  /// Whether the user still exists, is enabled, and has the same password; this holds until the transaction ends.
  bool is_unchanged(Transaction& tx, const User& user) const;
};

}  // namespace podload::auth
