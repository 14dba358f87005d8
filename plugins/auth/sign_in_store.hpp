// Failed sign-ins in PostgreSQL, so that no restart and no other daemon forgets them. Any thread.
#pragma once

#include <string>

#include "podload/database.hpp"
#include "sign_in_policy.hpp"

namespace podload::auth {

/// What became of counting an attempt.
struct Attempt {
  bool allowed = false;
  int wait_seconds = 0;  ///< Not allowed: for how long.
  int failures = 0;      ///< In a row, this one included: it counts as failed until it is forgotten.
  int refused = 0;       ///< Attempts refused in between: up to this one, or before this allowed one.
};

class SignInStore {
 public:
  explicit SignInStore(SignInPolicy policy) : policy_(policy) {}

  /// Counts an attempt as failed, before the password is looked at, or refuses it. Attempts of one
  /// pair come one after another, so that those made at once cannot all slip through.
  Attempt count(Transaction& tx, const std::string& username, const std::string& source) const;

  /// The password was right.
  void forget(Transaction& tx, const std::string& username, const std::string& source) const;
  /// Takes out what no longer counts.
  void forget_old(Transaction& tx) const;

 private:
  const SignInPolicy policy_;
};

}  // namespace podload::auth
