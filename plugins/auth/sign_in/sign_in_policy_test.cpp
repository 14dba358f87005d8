#include "sign_in/sign_in_policy.hpp"

#include <catch2/catch.hpp>

using namespace podload::auth;

TEST_CASE("The first failures are free, then each costs twice as much as the one before") {
  const SignInPolicy policy;
  CHECK(policy.wait_after(0) == 0);
  CHECK(policy.wait_after(4) == 0);
  CHECK(policy.wait_after(5) == 1);
  CHECK(policy.wait_after(6) == 2);
  CHECK(policy.wait_after(14) == 512);
  CHECK(policy.wait_after(15) == 900);
  CHECK(policy.wait_after(2000000000) == 900);
}

TEST_CASE("The figures in the header's comment") {
  const SignInPolicy policy;
  int guesses = 0;
  for (int seconds = 0; seconds <= 17 * 60 + 30; ++guesses) seconds += policy.wait_after(guesses + 1);
  CHECK(guesses == 15);
  CHECK(3600 / policy.wait_after(guesses) == 4);
}

TEST_CASE("How addresses are counted") {
  CHECK(guess_source("192.0.2.7") == "192.0.2.7");
  CHECK(guess_source("::ffff:192.0.2.7") == "192.0.2.7");
  CHECK(guess_source("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
  CHECK(guess_source("2001:db8:1:2::9") == "2001:db8:1:2::/64");
  CHECK(guess_source("") == "");
  CHECK(guess_source("unix:").size() == 5);
}

TEST_CASE("An account over all addresses: no wait up to the limit, then up to a minute") {
  SignInPolicy policy;
  CHECK(policy.account_wait_after(1) == 0);
  CHECK(policy.account_wait_after(30) == 0);
  CHECK(policy.account_wait_after(30.5) == 1);
  CHECK(policy.account_wait_after(31) == 1);
  CHECK(policy.account_wait_after(32) == 2);
  CHECK(policy.account_wait_after(36) == 32);
  CHECK(policy.account_wait_after(37) == 60);
  CHECK(policy.account_wait_after(1e9) == 60);
}
