#include "user_store.hpp"

namespace podload::auth {
namespace {

const std::string kSelect =
    "SELECT id, username, password_hash, password_changed_at, level, all_clusters, disabled,"
    " (SELECT count(*) FROM auth.grants g WHERE g.user_id = u.id) FROM auth.users u ";

User user_of(const pqxx::row& row) {
  User user;
  user.id = row[0].c_str();
  user.username = row[1].c_str();
  user.password_hash = row[2].c_str();
  user.password_changed_at = row[3].c_str();
  user.level = level_of(row[4].c_str());
  user.all_clusters = row[5].as<bool>();
  user.disabled = row[6].as<bool>();
  user.clusters = row[7].as<int>();
  return user;
}

}  // namespace

std::optional<User> UserStore::find(Transaction& tx, const std::string& username) const {
  const pqxx::result rows = query(tx, kSelect + "WHERE username = $1", username);
  if (rows.empty()) return std::nullopt;
  return user_of(rows[0]);
}

std::vector<User> UserStore::all(Transaction& tx) const {
  std::vector<User> users;
  for (const pqxx::row& row : query(tx, kSelect + "ORDER BY username")) users.push_back(user_of(row));
  return users;
}

bool UserStore::add(Transaction& tx, const User& user) const {
  return query(tx,
               "INSERT INTO auth.users (id, username, password_hash, level, all_clusters)"
               " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (username) DO NOTHING",
               user.id, user.username, user.password_hash, std::string(level_name(user.level)), user.all_clusters)
             .affected_rows() > 0;
}

void UserStore::set_password(Transaction& tx, const std::string& id, const std::string& hash) const {
  query(tx,
        "UPDATE auth.users SET password_hash = $2, password_changed_at = clock_timestamp(), must_change = false"
        " WHERE id = $1",
        id, hash);
}

void UserStore::improve_hash(Transaction& tx, const User& user, const std::string& hash) const {
  query(tx, "UPDATE auth.users SET password_hash = $3 WHERE id = $1 AND password_hash = $2", user.id, user.password_hash,
        hash);
}

bool UserStore::is_unchanged(Transaction& tx, const User& user) const {
  return !query(tx,
                "SELECT FROM auth.users WHERE id = $1 AND password_changed_at = $2::timestamptz AND NOT disabled FOR SHARE",
                user.id, user.password_changed_at)
              .empty();
}

}  // namespace podload::auth
