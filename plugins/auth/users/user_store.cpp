#include "users/user_store.hpp"

#include "grants/grant_store.hpp"

namespace podload::auth {
namespace {

std::string columns(const std::string& last_sign_in, const std::string& listed) {
  return "SELECT id, username, password_hash, password_changed_at, level, all_clusters, disabled, must_change, " +
         rfc3339_of("created_at") + ", password_scheme <> 'argon2id', " + last_sign_in + ", " + listed +
         " FROM auth.users u ";
}

const std::string& select() {
  static const std::string kSql = columns(
      rfc3339_of("(SELECT max(s.created_at) FROM auth.sessions s WHERE s.user_id = u.id)"), GrantStore::of_user());
  return kSql;
}

User user_of(const pqxx::row& row) {
  User user;
  user.id = row[0].c_str();
  user.username = row[1].c_str();
  user.password_hash = row[2].c_str();
  user.password_changed_at = row[3].c_str();
  user.permissions.level = level_of(row[4].c_str());
  user.permissions.all_clusters = row[5].as<bool>();
  user.disabled = row[6].as<bool>();
  user.must_change = row[7].as<bool>();
  user.created_at = row[8].c_str();
  user.password_of_sha256 = row[9].as<bool>();
  user.last_sign_in = row[10].c_str();  // empty for null
  user.permissions.listed = GrantStore::read(row[11]);
  return user;
}

std::optional<User> first_of(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return user_of(rows[0]);
}

}  // namespace

void UserStore::lock(Transaction& tx) const {
  query(tx, "SELECT pg_advisory_xact_lock(hashtextextended('auth.users', 0))");
}

std::optional<User> UserStore::find(Transaction& tx, const std::string& username) const {
  return first_of(query(tx, select() + "WHERE username = $1", username));
}

std::optional<User> UserStore::find_to_sign_in(Transaction& tx, const std::string& username) const {
  static const std::string kSql = columns("NULL", "NULL") + "WHERE username = $1";
  return first_of(query(tx, kSql, username));
}

std::optional<User> UserStore::find_id(Transaction& tx, const std::string& id) const {
  return first_of(query(tx, select() + "WHERE id = $1::uuid", id));
}

std::vector<User> UserStore::all(Transaction& tx) const {
  std::vector<User> users;
  for (const pqxx::row& row : query(tx, select() + "ORDER BY username")) users.push_back(user_of(row));
  return users;
}

bool UserStore::add(Transaction& tx, const User& user) const {
  const bool added =
      query(tx,
            "INSERT INTO auth.users (id, username, password_hash, level, all_clusters, disabled, must_change, "
            "password_scheme)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $8 THEN 'argon2id_of_sha256' ELSE 'argon2id' END)"
            " ON CONFLICT (username) DO NOTHING",
            user.id, user.username, user.password_hash, std::string(level_name(user.permissions.level)),
            user.permissions.all_clusters, user.disabled, user.must_change, user.password_of_sha256)
          .affected_rows() > 0;
  if (added) GrantStore::replace(tx, user.id, user.permissions.listed);
  return added;
}

bool UserStore::rename(Transaction& tx, const std::string& id, const std::string& username) const {
  return query(tx,
               "UPDATE auth.users SET username = $2 WHERE id = $1"
               " AND NOT EXISTS (SELECT FROM auth.users WHERE username = $2 AND id <> $1)",
               id, username)
             .affected_rows() > 0;
}

void UserStore::set_permissions(Transaction& tx, const std::string& id, const Permissions& permissions) const {
  query(tx, "UPDATE auth.users SET level = $2, all_clusters = $3 WHERE id = $1", id,
        std::string(level_name(permissions.level)), permissions.all_clusters);
  GrantStore::replace(tx, id, permissions.listed);
}

void UserStore::set_disabled(Transaction& tx, const std::string& id, bool disabled) const {
  query(tx, "UPDATE auth.users SET disabled = $2 WHERE id = $1", id, disabled);
}

void UserStore::remove(Transaction& tx, const std::string& id) const {
  query(tx, "DELETE FROM auth.users WHERE id = $1", id);
}

bool UserStore::has_other_admin(Transaction& tx, const std::string& id) const {
  return !query(tx, "SELECT FROM auth.users WHERE level = 'admin' AND NOT disabled AND id <> $1 LIMIT 1", id).empty();
}

void UserStore::set_password(Transaction& tx, const std::string& id, const std::string& hash, bool must_change) const {
  query(
      tx,
      "UPDATE auth.users SET password_hash = $2, password_scheme = 'argon2id', password_changed_at = clock_timestamp(),"
      " must_change = $3"
      " WHERE id = $1",
      id, hash, must_change);
}

void UserStore::improve_hash(Transaction& tx, const User& user, const std::string& hash) const {
  query(tx,
        "UPDATE auth.users SET password_hash = $3, password_scheme = 'argon2id' WHERE id = $1 AND password_hash = $2",
        user.id, user.password_hash, hash);
}

bool UserStore::is_unchanged(Transaction& tx, const User& user) const {
  return !query(tx,
                "SELECT FROM auth.users WHERE id = $1 AND password_changed_at = $2::timestamptz AND NOT disabled FOR "
                "SHARE",
                user.id, user.password_changed_at)
              .empty();
}

}  // namespace podload::auth
