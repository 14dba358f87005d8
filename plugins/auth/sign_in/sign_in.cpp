#include "sign_in/sign_in.hpp"

#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload/text.hpp"
#include "sessions/session_token.hpp"
#include "users/account_rules.hpp"

namespace podload::auth {
namespace {

constexpr std::size_t kNameInLog = 64;
constexpr std::size_t kUserAgentLength = 200;

AuditEntry entry_of(const SignInAttempt& attempt, const std::string& name) {
  AuditEntry entry = attempt.from;
  entry.username = name;
  entry.resource = "user/" + name;
  entry.details = {{"user_agent", clean_text(attempt.user_agent, kUserAgentLength)}};
  return entry;
}

AuditEntry failed(AuditEntry entry, const std::string& outcome, const Attempt& counted) {
  entry.action = "login_failed";
  entry.outcome = outcome;
  if (counted.of_account)
    entry.details["account_failures"] = counted.account_failures;
  else
    entry.details["sign_in_failures"] = counted.failures;
  return entry;
}

Error wrong_credentials() { return Error("wrong_credentials"); }

}  // namespace

SignedIn SignIn::run(const SignInAttempt& attempt, AuditLog& log) const {
  const std::string name = clean_text(attempt.username, kNameInLog);
  const std::string source = guess_source(attempt.from.address);
  const AuditEntry entry = entry_of(attempt, name);
  const Slots::Slot slot = slots_.take(source, known_.has(source));

  std::optional<User> user;
  const Attempt counted = database_.transact([&](Transaction& tx) {
    const Attempt result = failures_.count(tx, name, source, failures_.knows(tx, name, source));
    user = is_username(attempt.username) ? users_.find_to_sign_in(tx, attempt.username) : std::nullopt;
    // One row for all that are refused until the wait is over; the next row has their number.
    if (!result.allowed && result.refused == 1) record_failure(tx, failed(entry, "refused", result), source, user.has_value(), log);
    if (result.account_is_new) tell_slowed(tx, entry, result, source, user.has_value(), log);
    return result;
  });
  if (!counted.allowed)
    throw Error("sign_in_blocked", {{"seconds", counted.wait_seconds}}).with_retry_after(counted.wait_seconds);

  const bool fits = hasher_.fits(attempt.password, user ? user->password_hash : hasher_.nobodys(), user && user->password_of_sha256);
  if (fits && user && !user->disabled) return admit(attempt, *user, source, entry, log);

  database_.transact([&](Transaction& tx) {
    AuditEntry row = failed(entry, "failed", counted);
    row.details["code"] = !user ? "sign_in_unknown_user" : user->disabled ? "sign_in_disabled_user" : "sign_in_wrong_password";
    if (counted.refused > 0) row.details["sign_in_refused"] = counted.refused;
    record_failure(tx, row, source, user.has_value(), log);
  });
  throw wrong_credentials();
}

void SignIn::tell_slowed(Transaction& tx, const AuditEntry& entry, const Attempt& counted, const std::string& source,
                         bool known, AuditLog& log) const {
  AuditEntry row = entry;
  row.action = "login_failed";
  row.outcome = "refused";
  row.details["code"] = "sign_in_account_slowed";
  row.details["account_failures"] = counted.account_failures;
  record_failure(tx, row, source, known, log);
  if (known)
    events_.emit(tx, "account.slowed", {{"username", row.username}, {"address", row.address}, {"failures", counted.account_failures}});
}

void SignIn::record_failure(Transaction& tx, const AuditEntry& row, const std::string& source, bool known, AuditLog& log) const {
  if (floods_.gets_row(tx, source, known, row.username)) log.record(tx, row);
}

int SignIn::tell_floods(AuditLog& log) const {
  return database_.transact([&](Transaction& tx) {
    const std::vector<Flood> floods = floods_.take(tx);
    for (const Flood& flood : floods) {
      AuditEntry row;
      row.action = "login_failed";
      row.outcome = "failed";
      row.address = flood.source;
      row.details = {{"code", "sign_in_flood"},     {"flood_minute", flood.minute},     {"flood_attempts", flood.attempts},
                     {"flood_known", flood.known},  {"flood_first", flood.first},       {"flood_last", flood.last}};
      if (flood.addresses > 1) row.details["flood_addresses"] = flood.addresses;
      log.record(tx, row);
    }
    return static_cast<int>(floods.size());
  });
}

SignedIn SignIn::admit(const SignInAttempt& attempt, const User& user, const std::string& source, AuditEntry entry,
                       AuditLog& log) const {
  NewSession session{new_uuid(), {}, user.id, entry.address, clean_text(attempt.user_agent, kUserAgentLength)};
  const Secret token = new_token();
  session.token_hash = token_hash(token.reveal());
  entry.action = "login_success";
  entry.outcome = "ok";
  entry.user_id = user.id;
  entry.credential = session_credential(session.id);

  auto opened = database_.transact([&](Transaction& tx) -> std::optional<Session> {
    // The password may have changed during the check: then this session must not start.
    if (!users_.is_unchanged(tx, user)) return std::nullopt;
    failures_.forget(tx, user.username, source);
    failures_.remember(tx, user.id, source);
    if (!attempt.old_token_hash.empty()) sessions_.end_token(tx, attempt.old_token_hash, user.id, "signed_in_again");
    sessions_.add(tx, session);
    log.record(tx, entry);
    return sessions_.find_by_id(tx, session.id);
  });
  if (!opened) throw wrong_credentials();
  known_.add(source);

  if (user.password_of_sha256 || hasher_.is_outdated(user.password_hash)) {
    const std::string hash = hasher_.hash(attempt.password);
    database_.transact([&](Transaction& tx) { users_.improve_hash(tx, user, hash); });
  }
  return {token, std::move(*opened)};
}

void SignIn::end(const Principal& principal, AuditEntry from, AuditLog& log) const {
  database_.transact([&](Transaction& tx) {
    if (!sessions_.end(tx, session_id(principal.credential), "signed_out")) throw SignedOut();
    from.action = "logout";
    from.outcome = "ok";
    from.resource = "user/" + principal.username;
    log.record(tx, from);
  });
}

}  // namespace podload::auth
