#include "sign_in_store.hpp"

#include <algorithm>

namespace podload::auth {

Attempt SignInStore::count(Transaction& tx, const std::string& username, const std::string& source) const {
  // The update that changes nothing takes the row's lock and returns it as it is after the wait.
  const pqxx::row row =
      query(tx,
            "INSERT INTO auth.sign_in_failures AS f (username, address) VALUES ($1, $2)"
            " ON CONFLICT (username, address) DO UPDATE SET refused = f.refused"
            " RETURNING failures, refused, ceil(extract(epoch FROM blocked_until - clock_timestamp()))::integer,"
            " last_at < clock_timestamp() - make_interval(secs => $3)",
            username, source, SignInPolicy::kForgetSeconds)[0];
  const int failures = row[0].as<int>(), refused = row[1].as<int>();
  // A database whose clock was set back must not block for longer than the policy does.
  const int wait = std::min(row[2].as<int>(), policy_.longest_wait_seconds);
  const bool forgotten = row[3].as<bool>();
  if (wait > 0) {
    query(tx, "UPDATE auth.sign_in_failures SET refused = refused + 1 WHERE username = $1 AND address = $2", username, source);
    return {false, wait, failures, refused + 1};
  }
  const int now_failed = (forgotten ? 0 : std::min(failures, 1000000)) + 1;
  query(tx,
        "UPDATE auth.sign_in_failures SET failures = $3, refused = 0, last_at = clock_timestamp(),"
        " blocked_until = clock_timestamp() + make_interval(secs => $4) WHERE username = $1 AND address = $2",
        username, source, now_failed, policy_.wait_after(now_failed));
  return {true, 0, now_failed, refused};
}

void SignInStore::forget(Transaction& tx, const std::string& username, const std::string& source) const {
  query(tx, "DELETE FROM auth.sign_in_failures WHERE username = $1 AND address = $2", username, source);
}

void SignInStore::forget_old(Transaction& tx) const {
  query(tx,
        "DELETE FROM auth.sign_in_failures WHERE last_at < now() - make_interval(secs => $1) AND blocked_until < now()",
        SignInPolicy::kForgetSeconds);
}

}  // namespace podload::auth
