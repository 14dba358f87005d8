#include "accounts/user_admin.hpp"

#include "podload/ids.hpp"
#include "podload/text.hpp"
#include "sign_in/sign_in_policy.hpp"

namespace podload::auth {
namespace {

constexpr std::size_t kNameInLog = 64;

AuditEntry entry_for(const Actor& actor, const std::string& username) {
  AuditEntry entry = actor.entry;
  entry.resource = "user/" + clean_text(username, kNameInLog);
  return entry;
}

Json in_log(const User& user, const ClusterNames& names) {
  Json row = permissions_in_log(user.permissions, names);
  row["username"] = user.username;
  row["disabled"] = user.disabled;
  return row;
}

bool is_admin(const User& user) { return user.permissions.level == Level::admin && !user.disabled; }

Error user_exists(const std::string& username) { return Error("user_exists", {{"username", username}}); }

}  // namespace

std::vector<User> UserAdmin::all() const {
  return database_.transact([&](Transaction& tx) { return users_.all(tx); });
}

User UserAdmin::find(const std::string& username) const {
  if (!is_username(username)) throw unknown_user(username);
  auto user = database_.transact([&](Transaction& tx) { return users_.find(tx, username); });
  if (!user) throw unknown_user(username);
  return std::move(*user);
}

void UserAdmin::add(const NewUser& given, const ClusterNames& names, const Actor& actor, AuditLog& log) const {
  AuditEntry entry = entry_for(actor, given.username);
  changes_.logged(entry, log, [&] {
    check_username(given.username);
    check_password(given.password, given.username, policy_);
    User user;
    user.id = new_uuid();
    user.username = given.username;
    user.permissions = permissions_of_new(requested_permissions(given.permissions, names));
    user.must_change = true;
    {
      const Slots::Slot slot = slots_.take(guess_source(entry.address), true);
      user.password_hash = hasher_.hash(given.password);
    }
    AuditEntry done = entry;
    done.outcome = "ok";
    done.details = {{"level", level_name(user.permissions.level)}, {"after", in_log(user, names)}};
    database_.transact([&](Transaction& tx) {
      users_.lock(tx);
      actor.confirm(tx);
      if (!users_.add(tx, user)) throw user_exists(user.username);
      log.record(tx, done);
    });
  });
}

User UserAdmin::changed(Transaction& tx, const User& user, const UserChange& change, const RequestedPermissions& requested,
                        const Actor& actor) const {
  User after = user;
  if (change.username) after.username = *change.username;
  if (change.permissions) after.permissions = changed_permissions(requested, user.permissions);
  if (change.disabled) after.disabled = *change.disabled;
  const bool loses_admin = is_admin(user) && !is_admin(after);
  if (loses_admin && !users_.has_other_admin(tx, user.id)) throw Error("last_admin");
  if (user.id != actor.entry.user_id) return after;
  if (after.disabled) throw Error("not_to_yourself");
  if (loses_admin && !change.confirmed) throw Error("confirm_demotion");
  return after;
}

void UserAdmin::write(Transaction& tx, const User& before, const User& after, const UserChange& change) const {
  if (after.username != before.username && !users_.rename(tx, before.id, after.username))
    throw user_exists(after.username);
  if (change.permissions) users_.set_permissions(tx, before.id, after.permissions);
  if (after.disabled != before.disabled) users_.set_disabled(tx, before.id, after.disabled);
}

Ended UserAdmin::update(const std::string& username, const UserChange& change, const ClusterNames& names,
                        const Actor& actor, AuditLog& log) const {
  const AuditEntry entry = entry_for(actor, username);
  return changes_.logged(entry, log, [&] {
    if (!is_username(username)) throw unknown_user(username);
    if (change.username) check_username(*change.username);
    const RequestedPermissions requested =
        change.permissions ? requested_permissions(*change.permissions, names) : RequestedPermissions();
    const bool new_password = !change.password.empty();
    std::string hash;
    if (new_password) {
      check_password(change.password, change.username.value_or(username), policy_);
      const Slots::Slot slot = slots_.take(guess_source(entry.address), true);
      hash = hasher_.hash(change.password);
    }
    return database_.transact([&](Transaction& tx) {
      users_.lock(tx);
      actor.confirm(tx);
      const auto user = users_.find(tx, username);
      if (!user) throw unknown_user(username);
      const User after = changed(tx, *user, change, requested, actor);
      write(tx, *user, after, change);

      AuditEntry done = entry;
      done.outcome = "ok";
      done.details = {{"before", in_log(*user, names)}, {"after", in_log(after, names)}};
      const bool own = user->id == actor.entry.user_id;
      if (new_password) {
        users_.set_password(tx, user->id, hash, !own);
        done.details["code"] = "password_was_changed";
      }
      Ended ended;
      if (new_password)
        ended.sessions =
            sessions_.end_others_of(tx, user->id, own ? session_id(actor.entry.credential) : "", "password_changed");
      if (after.disabled && !user->disabled) ended.sessions += sessions_.end_all_of(tx, user->id, "revoked");
      if (ended.sessions > 0) done.details["sessions_ended"] = ended.sessions;
      if (change.revoke_tokens) done.details["tokens_revoked"] = ended.tokens = tokens_.revoke_all_of(tx, user->id);
      log.record(tx, done);
      return ended;
    });
  });
}

void UserAdmin::remove(const std::string& username, const ClusterNames& names, const Actor& actor,
                       AuditLog& log) const {
  const AuditEntry entry = entry_for(actor, username);
  changes_.logged(entry, log, [&] {
    if (!is_username(username)) throw unknown_user(username);
    database_.transact([&](Transaction& tx) {
      users_.lock(tx);
      actor.confirm(tx);
      const auto user = users_.find(tx, username);
      if (!user) throw unknown_user(username);
      if (user->id == actor.entry.user_id) throw Error("not_to_yourself");
      if (is_admin(*user) && !users_.has_other_admin(tx, user->id)) throw Error("last_admin");
      AuditEntry done = entry;
      done.outcome = "ok";
      done.details = {{"before", in_log(*user, names)}};
      users_.remove(tx, user->id);
      log.record(tx, done);
    });
  });
}

}  // namespace podload::auth
