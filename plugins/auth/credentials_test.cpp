#include "credentials.hpp"

#include <catch2/catch.hpp>

#include "auth_testing.hpp"
#include "podload/ids.hpp"

using namespace podload;
using namespace podload::auth;

TEST_CASE("Permission without a cluster depends on the level; with one, on the grant") {
  Principal principal;
  principal.level = Level::write;
  principal.grants = {{"c1", Level::read, false, {"shop"}}};
  CHECK_NOTHROW(check_permission(principal, Level::write, "", ""));
  CHECK_THROWS_AS(check_permission(principal, Level::admin, "", ""), Forbidden);
  CHECK_NOTHROW(check_permission(principal, Level::read, "c1", "shop"));
  CHECK_THROWS_AS(check_permission(principal, Level::write, "c1", "shop"), Forbidden);
  CHECK_THROWS_AS(check_permission(principal, Level::read, "c2", "shop"), Forbidden);
}

TEST_CASE("A change checks the rows themselves", "[database]") {
  const auto f = fixture();
  const auto request = Fixture::request(f->sign_in());
  const Principal principal = *f->credentials.authenticate(request);
  const auto confirm = [&](Level level) {
    return code_of([&] {
      f->database->transact([&](Transaction& tx) { f->credentials.confirm(tx, principal, level, new_uuid(), "shop"); });
    });
  };
  CHECK(confirm(Level::write).empty());
  CHECK(confirm(Level::admin) == "forbidden");
  f->database->as_owner("UPDATE auth.users SET level = 'read'");
  CHECK(confirm(Level::write) == "forbidden");
  CHECK(confirm(Level::read).empty());
  f->database->as_owner("UPDATE auth.users SET disabled = true");
  CHECK(confirm(Level::read) == "signed_out");
}
