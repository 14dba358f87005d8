#include "users/password_hasher.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::auth;

TEST_CASE("A hash fits only its password, and is salted") {
  const PasswordHasher hasher({8U << 20, 1});
  const Secret password("correct horse \u9a6c");
  const std::string hash = hasher.hash(password);
  CHECK(hash.starts_with("$argon2id$v=19$m=8192,t=1,p=1$"));
  CHECK(hasher.fits(password, hash));
  CHECK_FALSE(hasher.fits(Secret("correct horse"), hash));
  CHECK_FALSE(hasher.fits(Secret(std::string("correct horse \u9a6c\0", 18)), hash));
  CHECK_FALSE(hasher.fits(Secret(), hasher.nobodys()));
  CHECK(hasher.hash(password) != hash);
}

TEST_CASE("A hash with other parameters still fits, and is outdated") {
  const PasswordHasher old({8U << 20, 1}), current({16U << 20, 2});
  const std::string hash = old.hash(Secret("x"));
  CHECK(current.fits(Secret("x"), hash));
  CHECK(current.is_outdated(hash));
  CHECK_FALSE(old.is_outdated(hash));
  CHECK_FALSE(current.is_outdated(current.nobodys()));
}

TEST_CASE("An invalid hash fits no password") {
  const PasswordHasher hasher({8U << 20, 1});
  CHECK_FALSE(hasher.fits(Secret("x"), ""));
  CHECK_FALSE(hasher.fits(Secret("x"), "$argon2id$v=19$m=8192"));
  CHECK(hasher.is_outdated("md5"));
}
