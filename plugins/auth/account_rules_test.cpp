#include "account_rules.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "podload/error.hpp"

using namespace podload;
using namespace podload::auth;

TEST_CASE("Usernames") {
  for (const std::string good : {"a", "admin", "0", "ann.b_c+d@example-1.com", "\u8fd0\u7ef4_01"}) {
    INFO(good);
    CHECK(is_username(good));
  }
  CHECK(is_username(std::string(64, 'a')));
  for (const std::string bad : {"", ".", "..", "-x", "a b", "a/b", "a%2f", "<b>", "a\u200bb", "\u0430dmin", "a\nb", "caf\u00e9", "a\xff"}) {
    INFO(bad);
    CHECK_FALSE(is_username(bad));
  }
  CHECK_FALSE(is_username(std::string("admin\0x", 7)));
  CHECK_FALSE(is_username(std::string(65, 'a')));
}

TEST_CASE("Passwords are measured in characters") {
  CHECK_NOTHROW(check_password(Secret("12345678"), false));
  CHECK_NOTHROW(check_password(Secret("\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b"), false));
  CHECK_THROWS_AS(check_password(Secret("1234567"), false), Error);
  CHECK_THROWS_AS(check_password(Secret("\u4e00\u4e8c\u4e09"), false), Error);
  CHECK_NOTHROW(check_password(Secret("x"), true));
  CHECK_THROWS_AS(check_password(Secret(""), true), Error);
  CHECK_THROWS_AS(check_password(Secret(std::string(1025, 'x')), true), Error);
}
