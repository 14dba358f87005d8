// Failed sign-ins in PostgreSQL, so that restarts and other daemons do not lose them. Any thread.
#pragma once

#include <string>
#include <unordered_set>

#include "podload/database.hpp"
#include "sign_in/sign_in_policy.hpp"

namespace podload::auth {

/// The result of counting an attempt.
struct Attempt {
  bool allowed = false;
  int wait_seconds = 0;  ///< If not allowed: for how long.
  int failures = 0;      ///< In a row, including this one, which counts as failed until forget().
  int refused = 0;       ///< Attempts refused in between: up to this one, or before this allowed one.
  bool of_account = false;   ///< If not allowed: because of the failures from all addresses together.
  bool account_is_new = false;  ///< The account is slowed down from this attempt on, and that was not reported within an hour.
  int account_failures = 0;  ///< The level of its bucket.
};

class SignInStore {
 public:
  explicit SignInStore(SignInPolicy policy) : policy_(policy) {}

  /// Counts an attempt as failed before the password is checked, or refuses it. Attempts of one pair are serialized, so
  /// that concurrent ones cannot all pass. `known`: the account's user recently signed in from that source, and
  /// failures from other addresses do not apply.
  Attempt count(Transaction& tx, const std::string& username, const std::string& source, bool known) const;

  /// Whether that user signed in from there recently.
  bool knows(Transaction& tx, const std::string& username, const std::string& source) const;
  void remember(Transaction& tx, const std::string& user_id, const std::string& source) const;
  /// Sources of recent sign-ins of any user, the latest `most`.
  std::unordered_set<std::string> known_sources(Transaction& tx, int most) const;

  /// The password was right.
  void forget(Transaction& tx, const std::string& username, const std::string& source) const;
  /// Deletes expired rows.
  void forget_old(Transaction& tx) const;

 private:
  /// The account's part of count(): fills in its fields; not allowed if it refuses.
  Attempt count_account(Transaction& tx, const std::string& username, bool known) const;

  const SignInPolicy policy_;
};

}  // namespace podload::auth
