#include "accounts/own_password.hpp"

#include "sign_in/sign_in_policy.hpp"

namespace podload::auth {

User OwnPassword::prove(const Principal& principal, const Secret& current, const std::string& address) const {
  const std::string source = guess_source(address);
  const Slots::Slot slot = slots_.take(source, true);
  std::optional<User> user;
  const Attempt counted = database_.transact([&](Transaction& tx) {
    user = users_.find_id(tx, principal.user_id);
    return user ? failures_.count(tx, user->username, source, true) : Attempt();
  });
  if (!user) throw SignedOut();
  if (!counted.allowed)
    throw Error("sign_in_blocked", {{"seconds", counted.wait_seconds}}).with_retry_after(counted.wait_seconds);
  if (!hasher_.fits(current, user->password_hash, user->password_of_sha256)) throw Error("wrong_current_password");
  database_.transact([&](Transaction& tx) { failures_.forget(tx, user->username, source); });
  return std::move(*user);
}

void OwnPassword::still_holds(Transaction& tx, const User& proved) const {
  if (!users_.is_unchanged(tx, proved)) throw SignedOut();
}

Ended OwnPassword::change(const Principal& principal, const Secret& current, const Secret& wanted, bool revoke_tokens,
                          const AuditEntry& entry, AuditLog& log) const {
  return changes_.logged(entry, log, [&] {
    const std::string session = session_id(principal.credential);
    if (session.empty()) throw Error("session_needed");
    check_password(wanted, principal.username, policy_);
    const User user = prove(principal, current, entry.address);
    if (current.reveal() == wanted.reveal()) throw Error("password_unchanged");
    std::string hash;
    {
      const Slots::Slot slot = slots_.take(guess_source(entry.address), true);
      hash = hasher_.hash(wanted);
    }
    return database_.transact([&](Transaction& tx) {
      // If another request revoked or changed it meanwhile, that stands.
      still_holds(tx, user);
      if (!sessions_.find_by_id(tx, session)) throw SignedOut();
      users_.set_password(tx, user.id, hash, false);
      Ended ended;
      ended.sessions = sessions_.end_others_of(tx, user.id, session, "password_changed");
      if (revoke_tokens) ended.tokens = tokens_.revoke_all_of(tx, user.id);
      AuditEntry done = entry;
      done.outcome = "ok";
      done.details = {{"code", "password_was_changed"}, {"sessions_ended", ended.sessions}};
      if (revoke_tokens) done.details["tokens_revoked"] = ended.tokens;
      log.record(tx, done);
      return ended;
    });
  });
}

}  // namespace podload::auth
