// How failed sign-ins slow down who makes them. Pure; any thread.
//
// Failures count for one account from one address, so that a stranger cannot lock anyone out from
// elsewhere. The first `free_failures` cost nothing; from then on each makes that pair wait, one
// second at first and twice as long each time, up to the longest wait. A right password, or a day
// without a wrong one, forgets them. With the defaults: 15 guesses in the first 17 minutes, and 4
// an hour after that. Guessing one password for many accounts is slowed by nginx, by address.
//
// Failures also count for the account over all addresses, in a bucket that one runs out of every thirty seconds. While it
// holds more than `free_failures_of_account`, addresses that never signed in to the account wait, a minute at most
// between two checks; those that did lately are not concerned.
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
  static constexpr int kKnownDays = 30;  ///< For so long an address that signed in to an account is known.

  /// How long the pair waits after so many failures in a row.
  int wait_after(int failures) const;
  /// How long addresses that are not known wait when the account's bucket holds so many.
  int account_wait_after(double failures) const;
};

/// What counts as one address: an IPv6 one stands for its /64, which one household has whole.
std::string guess_source(std::string_view address);

}  // namespace podload::auth
