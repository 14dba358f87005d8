#include "accounts/user_commands.hpp"

#include "podload/error.hpp"
#include "podload/ids.hpp"

namespace podload::auth {

AuditEntry UserCommands::entry(const std::string& action, const User& user) const {
  AuditEntry entry;
  entry.action = action;
  entry.outcome = "ok";
  entry.username = actor_;
  entry.resource = "user/" + user.username;
  return entry;
}

void UserCommands::add(const std::string& username, const Secret& password, Level level, bool weak,
                       AuditLog& log) const {
  check_username(username);
  check_password(password, username, {policy_.minimum, weak});
  User user;
  user.id = new_uuid();
  user.username = username;
  user.password_hash = hasher_.hash(password);
  user.permissions = {level, true, {}};
  AuditEntry row = entry("add_user", user);
  row.details = {{"level", level_name(level)}, {"after", {{"level", level_name(level)}, {"all_clusters", true}}}};
  const bool added = database_.transact([&](Transaction& tx) {
    if (!users_.add(tx, user)) return false;
    log.record(tx, row);
    return true;
  });
  if (!added) throw Error("user_exists", {{"username", username}});
}

int UserCommands::set_password(const std::string& username, const Secret& password, bool weak, AuditLog& log) const {
  check_username(username);
  check_password(password, username, {policy_.minimum, weak});
  const std::string hash = hasher_.hash(password);
  return database_.transact([&](Transaction& tx) {
    const auto user = users_.find(tx, username);
    if (!user) throw Error("unknown_user", {{"username", username}});
    users_.set_password(tx, user->id, hash, false);
    const int ended = sessions_.end_all_of(tx, user->id, "password_changed");
    AuditEntry row = entry("update_user", *user);
    row.details = {{"code", "password_was_changed"}, {"sessions_ended", ended}};
    log.record(tx, row);
    return ended;
  });
}

std::vector<User> UserCommands::all() const {
  return database_.transact([&](Transaction& tx) { return users_.all(tx); });
}

}  // namespace podload::auth
