#include "sign_in/sign_in_store.hpp"

#include <algorithm>

namespace podload::auth {

Attempt SignInStore::count(Transaction& tx, const std::string& username, const std::string& source, bool known) const {
  // This update changes nothing; it locks the row and returns it as it is after the wait.
  const pqxx::row row =
      query(tx,
            "INSERT INTO auth.sign_in_failures AS f (username, address) VALUES ($1, $2)"
            " ON CONFLICT (username, address) DO UPDATE SET refused = f.refused"
            " RETURNING failures, refused, ceil(extract(epoch FROM blocked_until - clock_timestamp()))::integer,"
            " last_at < clock_timestamp() - make_interval(secs => $3)",
            username, source, SignInPolicy::kForgetSeconds)[0];
  const int failures = row[0].as<int>(), refused = row[1].as<int>();
  // If the database's clock was set back, the wait must not exceed the policy's.
  const int wait = std::min(row[2].as<int>(), policy_.longest_wait_seconds);
  const bool forgotten = row[3].as<bool>();
  if (wait > 0) {
    query(tx, "UPDATE auth.sign_in_failures SET refused = refused + 1 WHERE username = $1 AND address = $2", username, source);
    Attempt refusal;
    refusal.wait_seconds = wait;
    refusal.failures = failures;
    refusal.refused = refused + 1;
    return refusal;
  }
  Attempt attempt = count_account(tx, username, known);
  if (!attempt.allowed) return attempt;
  attempt.failures = (forgotten ? 0 : std::min(failures, 1000000)) + 1;
  attempt.refused = refused;
  query(tx,
        "UPDATE auth.sign_in_failures SET failures = $3, refused = 0, last_at = clock_timestamp(),"
        " blocked_until = clock_timestamp() + make_interval(secs => $4) WHERE username = $1 AND address = $2",
        username, source, attempt.failures, policy_.wait_after(attempt.failures));
  return attempt;
}

Attempt SignInStore::count_account(Transaction& tx, const std::string& username, bool known) const {
  const pqxx::row row =
      query(tx,
            "INSERT INTO auth.sign_in_accounts AS a (username) VALUES ($1)"
            " ON CONFLICT (username) DO UPDATE SET refused = a.refused"
            " RETURNING greatest(0, failures - greatest(0, extract(epoch FROM clock_timestamp() - last_at)) / $2),"
            " ceil(extract(epoch FROM blocked_until - clock_timestamp()))::integer, refused,"
            " coalesce(told_at < clock_timestamp() - interval '1 hour', true)",
            username, SignInPolicy::kSecondsPerFailure)[0];
  const double held = row[0].as<double>();
  const int wait = std::min(row[1].as<int>(), SignInPolicy::kLongestAccountWaitSeconds);
  Attempt attempt;
  attempt.account_failures = static_cast<int>(held);
  if (wait > 0 && !known) {
    query(tx, "UPDATE auth.sign_in_accounts SET refused = refused + 1 WHERE username = $1", username);
    attempt.of_account = true;
    attempt.wait_seconds = wait;
    attempt.refused = row[2].as<int>() + 1;
    return attempt;
  }
  const double now_held = std::min(held, 1000000.0) + 1;
  const int next_wait = policy_.account_wait_after(now_held);
  attempt.allowed = true;
  attempt.account_failures = static_cast<int>(now_held);
  attempt.account_is_new = next_wait > 0 && row[3].as<bool>();
  query(tx,
        "UPDATE auth.sign_in_accounts SET failures = $2, refused = 0, last_at = clock_timestamp(),"
        " blocked_until = clock_timestamp() + make_interval(secs => $3),"
        " told_at = CASE WHEN $4 THEN clock_timestamp() ELSE told_at END WHERE username = $1",
        username, now_held, next_wait, attempt.account_is_new);
  return attempt;
}

bool SignInStore::knows(Transaction& tx, const std::string& username, const std::string& source) const {
  return !query(tx,
                "SELECT FROM auth.sign_in_sources s JOIN auth.users u ON u.id = s.user_id WHERE u.username = $1 AND s.source = $2"
                " AND s.last_at > now() - make_interval(days => $3)",
                username, source, SignInPolicy::kKnownDays)
              .empty();
}

void SignInStore::remember(Transaction& tx, const std::string& user_id, const std::string& source) const {
  query(tx,
        "INSERT INTO auth.sign_in_sources (user_id, source) VALUES ($1, $2)"
        " ON CONFLICT (user_id, source) DO UPDATE SET last_at = now()",
        user_id, source);
}

std::unordered_set<std::string> SignInStore::known_sources(Transaction& tx, int most) const {
  std::unordered_set<std::string> sources;
  for (const pqxx::row& row :
       query(tx, "SELECT source FROM auth.sign_in_sources WHERE last_at > now() - make_interval(days => $1) ORDER BY last_at DESC LIMIT $2",
             SignInPolicy::kKnownDays, most))
    sources.emplace(row[0].c_str());
  return sources;
}

void SignInStore::forget(Transaction& tx, const std::string& username, const std::string& source) const {
  query(tx, "DELETE FROM auth.sign_in_failures WHERE username = $1 AND address = $2", username, source);
  // The attempt was counted for the account too.
  query(tx, "UPDATE auth.sign_in_accounts SET failures = greatest(0, failures - 1) WHERE username = $1", username);
}

void SignInStore::forget_old(Transaction& tx) const {
  query(tx,
        "DELETE FROM auth.sign_in_failures WHERE last_at < now() - make_interval(secs => $1) AND blocked_until < now()",
        SignInPolicy::kForgetSeconds);
  query(tx,
        "DELETE FROM auth.sign_in_accounts WHERE last_at < now() - make_interval(secs => $1) AND blocked_until < now()",
        SignInPolicy::kForgetSeconds);
  query(tx, "DELETE FROM auth.sign_in_sources WHERE last_at < now() - make_interval(days => $1)", SignInPolicy::kKnownDays);
}

}  // namespace podload::auth
