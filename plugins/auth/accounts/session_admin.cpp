#include "accounts/session_admin.hpp"

#include "podload/ids.hpp"
#include "podload/text.hpp"
#include "users/account_rules.hpp"

namespace podload::auth {

std::optional<User> SessionAdmin::find(Transaction& tx, const std::string& username) const {
  return is_username(username) ? users_.find(tx, username) : std::nullopt;
}

std::vector<LivingSession> SessionAdmin::all(const std::string& username) const {
  return database_.transact([&](Transaction& tx) {
    if (username.empty()) return sessions_.all_living(tx);
    const auto user = find(tx, username);
    if (!user) throw unknown_user(username);
    return sessions_.living_of(tx, user->id);
  });
}

std::vector<LivingSession> SessionAdmin::of(const std::string& user_id) const {
  return database_.transact([&](Transaction& tx) { return sessions_.living_of(tx, user_id); });
}

void SessionAdmin::end(const std::string& id, const std::string& owner, const Actor& actor, AuditLog& log) const {
  AuditEntry entry = actor.entry;
  entry.resource = "session/" + (is_uuid(id) ? id : std::string("?"));
  changes_.logged(entry, log, [&] {
    if (!is_uuid(id)) throw Error("unknown_session");
    database_.transact([&](Transaction& tx) {
      actor.confirm(tx);
      const auto session = sessions_.living_with_id(tx, id);
      const bool theirs = session && (owner.empty() || session->user_id == owner);
      if (!theirs || !sessions_.end(tx, id, "revoked")) throw Error("unknown_session");
      AuditEntry done = entry;
      done.outcome = "ok";
      done.details = {{"session_of", session->username}};
      log.record(tx, done);
    });
  });
}

int SessionAdmin::end_all(const std::string& username, const Actor& actor, AuditLog& log) const {
  AuditEntry entry = actor.entry;
  entry.resource = "user/" + clean_text(username, 64);
  return changes_.logged(entry, log, [&] {
    return database_.transact([&](Transaction& tx) {
      actor.confirm(tx);
      const auto user = find(tx, username);
      if (!user) throw unknown_user(username);
      const int ended = sessions_.end_all_of(tx, user->id, "revoked");
      AuditEntry done = entry;
      done.outcome = "ok";
      done.details = {{"sessions_ended", ended}};
      log.record(tx, done);
      return ended;
    });
  });
}

}  // namespace podload::auth
