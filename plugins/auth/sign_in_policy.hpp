// How failed sign-ins slow down who makes them. Pure; any thread.
//
// Failures count for one account from one address, so that a stranger cannot lock anyone out from
// elsewhere. The first `free_failures` cost nothing; from then on each makes that pair wait, one
// second at first and twice as long each time, up to the longest wait. A right password, or a day
// without a wrong one, forgets them. With the defaults: 15 guesses in the first 17 minutes, and 4
// an hour after that. Guessing one password for many accounts is slowed by nginx, by address.
#pragma once

#include <string>
#include <string_view>

namespace podload::auth {

struct SignInPolicy {
  int free_failures = 5;
  int longest_wait_seconds = 900;
  static constexpr int kForgetSeconds = 86400;

  /// How long the pair waits after so many failures in a row.
  int wait_after(int failures) const;
};

/// What counts as one address: an IPv6 one stands for its /64, which one household has whole.
std::string guess_source(std::string_view address);

}  // namespace podload::auth
