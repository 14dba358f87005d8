// Failed sign-ins in PostgreSQL, so that no restart and no other daemon forgets them. Any thread.
#pragma once

#include <string>
#include <unordered_set>

#include "podload/database.hpp"
#include "sign_in/sign_in_policy.hpp"

namespace podload::auth {

/// What became of counting an attempt.
struct Attempt {
  bool allowed = false;
  int wait_seconds = 0;  ///< Not allowed: for how long.
  int failures = 0;      ///< In a row, this one included: it counts as failed until it is forgotten.
  int refused = 0;       ///< Attempts refused in between: up to this one, or before this allowed one.
  bool of_account = false;   ///< Not allowed: because of all addresses' failures together.
  bool account_is_new = false;  ///< From this attempt on the account is slowed down, which was not told for an hour.
  int account_failures = 0;  ///< What its bucket holds.
};

class SignInStore {
 public:
  explicit SignInStore(SignInPolicy policy) : policy_(policy) {}

  /// Counts an attempt as failed, before the password is looked at, or refuses it. Attempts of one
  /// pair come one after another, so that those made at once cannot all slip through. `known`: the account's own
  /// person was at that source lately, and other addresses' failures do not concern them.
  Attempt count(Transaction& tx, const std::string& username, const std::string& source, bool known) const;

  /// Whether that user signed in from there lately.
  bool knows(Transaction& tx, const std::string& username, const std::string& source) const;
  void remember(Transaction& tx, const std::string& user_id, const std::string& source) const;
  /// Sources that any user signed in from lately, the latest `most`.
  std::unordered_set<std::string> known_sources(Transaction& tx, int most) const;

  /// The password was right.
  void forget(Transaction& tx, const std::string& username, const std::string& source) const;
  /// Takes out what no longer counts.
  void forget_old(Transaction& tx) const;

 private:
  /// The account's part of count(): fills in what it adds, and is not allowed where it refuses.
  Attempt count_account(Transaction& tx, const std::string& username, bool known) const;

  const SignInPolicy policy_;
};

}  // namespace podload::auth
