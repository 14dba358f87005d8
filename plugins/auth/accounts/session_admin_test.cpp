#include "accounts/session_admin.hpp"

#include <catch2/catch.hpp>

#include "auth_testing.hpp"
#include "podload/ids.hpp"

using namespace podload;
using namespace podload::auth;
using namespace std::chrono_literals;

TEST_CASE("Active sessions are listed, others are not", "[database]") {
  const auto f = fixture();
  const SignedIn first = f->sign_in("ann"), root = f->sign_in("root"), second = f->sign_in("ann");
  const auto all = f->session_admin.all("");
  REQUIRE(all.size() == 3);
  CHECK(all[0].id == second.session.id);
  CHECK(all[1].username == "root");
  CHECK(all[0].address == "192.0.2.7");
  CHECK(all[0].last_seen.size() == 24);
  CHECK(f->session_admin.of(first.session.principal.user_id).size() == 2);
  CHECK(f->session_admin.all("root").size() == 1);
  CHECK(code_of([&] { f->session_admin.all("nobody"); }) == "unknown_user");
  CHECK(code_of([&] { f->session_admin.all("' OR 1=1"); }) == "unknown_user");
  f->database->as_owner("UPDATE auth.sessions SET last_seen = now() - interval '601 seconds' WHERE id = '" +
                        first.session.id + "'");
  CHECK(f->session_admin.all("").size() == 2);
}

TEST_CASE("Users end only their own sessions", "[database]") {
  const auto f = fixture();
  const SignedIn here = f->sign_in("ann"), there = f->sign_in("ann"), root = f->sign_in("root");
  const auto end = [&](const std::string& id) {
    return code_of(
        [&] { f->session_admin.end(id, here.session.principal.user_id, f->actor(here, Level::none), f->log); });
  };
  REQUIRE(f->sessions.look(Fixture::request(there)));
  CHECK(end(there.session.id).empty());
  CHECK(f->log.entries().back().resource == "session/" + there.session.id);
  CHECK(f->log.entries().back().details["session_of"] == "ann");
  f->clock.pass(1s);
  CHECK_FALSE(f->sessions.look(Fixture::request(there)));
  CHECK(end(there.session.id) == "unknown_session");
  CHECK(end(root.session.id) == "unknown_session");
  CHECK(end(new_uuid()) == "unknown_session");
  CHECK(end("x' OR true") == "unknown_session");
  CHECK(f->log.entries().back().outcome == "refused");
  CHECK(f->sessions.look(Fixture::request(root)));
}

TEST_CASE("Administrators end any session, and all of a user", "[database]") {
  const auto f = fixture();
  const SignedIn first = f->sign_in("ann"), second = f->sign_in("ann"), third = f->sign_in("ann"),
                 root = f->sign_in("root");
  f->session_admin.end(first.session.id, "", f->actor(root), f->log);
  CHECK_FALSE(f->sessions.look(Fixture::request(first)));
  CHECK(code_of([&] { f->session_admin.end(root.session.id, "", f->actor(second), f->log); }) == "forbidden");
  CHECK(f->session_admin.end_all("ann", f->actor(root), f->log) == 2);
  CHECK(f->log.entries().back().details["sessions_ended"] == 2);
  CHECK_FALSE(f->sessions.look(Fixture::request(third)));
  CHECK(code_of([&] { f->session_admin.end_all("nobody", f->actor(root), f->log); }) == "unknown_user");
}
