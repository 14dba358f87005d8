// How failed sign-ins slow down further attempts. Pure; any thread.
//
// Failures count per account and address, so that a stranger cannot lock a user out from elsewhere. The first
// `free_failures` cost nothing; after that each makes the pair wait, one second at first and twice as long each time,
// up to the longest wait. The right password, or a day without a wrong one, resets the count. With the defaults: 15
// guesses in the first 17 minutes, and 4 per hour after that. Guessing one password for many accounts is slowed down by
// nginx, per address.
//
// Failures also count per account over all addresses, in a bucket that loses one every thirty seconds. While it holds
// more than `free_failures_of_account`, addresses that never signed in to the account wait, up to a minute between two
// checks; those that signed in recently do not.
#pragma once

#include <string>
#include <string_view>

namespace podload::auth {

struct SignInPolicy {
  int free_failures = 5;
  int longest_wait_seconds = 900;
  int free_failures_of_account = 30;
  static constexpr int kForgetSeconds = 86400;
  static constexpr int kSecondsPerFailure = 30;
  static constexpr int kLongestAccountWaitSeconds = 60;
  static constexpr int kKnownDays = 30;  ///< How long an address that signed in to an account counts as known.

  /// How long the pair waits after `failures` in a row.
  int wait_after(int failures) const;
  /// How long unknown addresses wait when the account's bucket holds `failures`.
  int account_wait_after(double failures) const;
};

/// What counts as one address: for IPv6 the /64, which one household usually has whole.
std::string guess_source(std::string_view address);

}  // namespace podload::auth
