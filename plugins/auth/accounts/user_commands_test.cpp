#include "accounts/user_commands.hpp"

#include <catch2/catch.hpp>

#include "auth_testing.hpp"

using namespace podload;
using namespace podload::auth;

TEST_CASE("The log names the command line's user") { CHECK(command_line_actor().starts_with("cli:")); }

TEST_CASE("Users are added, and this is logged", "[database]") {
  const auto f = fixture();
  const auto users = f->commands.all();
  REQUIRE(users.size() == 2);
  CHECK(users[0].username == "ann");
  CHECK(users[0].permissions.level == Level::write);
  CHECK(users[0].permissions.all_clusters);
  CHECK(users[1].permissions.level == Level::admin);
  const AuditEntry row = f->log.entries().front();
  CHECK(row.action == "add_user");
  CHECK(row.username == "cli:tester");
  CHECK(row.resource == "user/ann");
}

TEST_CASE("An invalid user is refused, and nothing changes", "[database]") {
  const auto f = fixture();
  const auto add = [&](const std::string& name, const std::string& password) {
    return code_of([&] { f->commands.add(name, Secret(password), Level::read, false, f->log); });
  };
  CHECK(add("ann", "long enough") == "user_exists");
  CHECK(add("a/b", "long enough") == "bad_username");
  CHECK(add("bob", "short") == "password_too_short");
  CHECK(add("bob", "") == "password_missing");
  CHECK(f->commands.all().size() == 2);
  CHECK(f->log.entries().size() == 2);
  CHECK_NOTHROW(f->commands.add("bob", Secret("short"), Level::read, true, f->log));
}

TEST_CASE("The table accepts the same names as the rules", "[database]") {
  const auto f = fixture();
  for (const std::string name : {"0", "ann.b_c+d@example-1.com", "\u8fd0\u7ef4_01", "\u3400"})
    CHECK_NOTHROW(f->commands.add(name, Secret("long enough"), Level::read, false, f->log));
  const auto insert = [&](const std::string& name) {
    f->database->as_owner("INSERT INTO auth.users VALUES (gen_random_uuid(), '" + name + "', 'x', 'read', false)");
  };
  CHECK_NOTHROW(insert("plain"));
  for (const std::string name : {"", ".x", "a b", "a/b", "\u0430dmin"})
    CHECK_THROWS_AS(insert(name), pqxx::check_violation);
}

TEST_CASE("A new password ends the sessions of the old one", "[database]") {
  const auto f = fixture();
  const SignedIn in = f->sign_in();
  CHECK(f->commands.set_password("ann", Secret("another password"), false, f->log) == 1);
  CHECK_FALSE(f->sessions.look(Fixture::request(in)));
  CHECK(code_of([&] { f->sign_in(); }) == "wrong_credentials");
  CHECK_NOTHROW(f->signing.run(f->attempt("ann", "another password"), f->log));
  CHECK(code_of([&] { f->commands.set_password("nobody", Secret("long enough"), false, f->log); }) == "unknown_user");
}
