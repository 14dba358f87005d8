#include "users/account_rules.hpp"

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
  for (const std::string bad :
       {"", ".", "..", "-x", "a b", "a/b", "a%2f", "<b>", "a\u200bb", "\u0430dmin", "a\nb", "caf\u00e9", "a\xff"}) {
    INFO(bad);
    CHECK_FALSE(is_username(bad));
  }
  CHECK_FALSE(is_username(std::string("admin\0x", 7)));
  CHECK_FALSE(is_username(std::string(65, 'a')));
}

TEST_CASE("Password length counts characters") {
  const auto refusal = [](const std::string& password, const PasswordPolicy& policy) -> std::string {
    try {
      check_password(Secret(password), "ann.smith", policy);
    } catch (const Error& error) {
      return error.code();
    }
    return {};
  };
  CHECK(refusal("tall tree", {}).empty());
  CHECK(refusal("\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b", {}).empty());
  CHECK(refusal("1234567", {}) == "password_too_short");
  CHECK(refusal("\u4e00\u4e8c\u4e09", {}) == "password_too_short");
  CHECK(refusal("tall tree", {12, false}) == "password_too_short");
  CHECK(refusal("", {8, true}) == "password_missing");
  CHECK(refusal(std::string(1025, 'x'), {8, true}) == "password_too_long");
  for (const std::string common : {"admin123", "PassWord1", "qwertyuiop", "podload123", "12345678"})
    CHECK(refusal(common, {}) == "password_too_common");
  CHECK(refusal("Ann.Smith", {}) == "password_is_username");
  for (const std::string weak : {"x", "admin123", "ann.smith"}) CHECK(refusal(weak, {8, true}).empty());
}
