#include "users/common_passwords.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace podload::auth;

TEST_CASE("The list is long, and searched from end to end") {
  CHECK(common_passwords() > 500);
  for (const std::string word : {"!@#$%^&*", "00000000", "admin123", "iloveyou", "password", "zxcvzxcv", "zzzzzzzz"})
    CHECK(is_common_password(word));
  for (const std::string word : {"", "a", "correct horse battery", "\xff\xff"}) CHECK_FALSE(is_common_password(word));
}
