#include "accounts/own_password.hpp"

#include <catch2/catch.hpp>

#include "auth_testing.hpp"

using namespace podload;
using namespace podload::auth;
using namespace std::chrono_literals;

namespace {

std::string change(Fixture& f, const SignedIn& signed_in, const std::string& current, const std::string& wanted) {
  return code_of([&] {
    f.own_password.change(signed_in.session.principal, Secret(current), Secret(wanted), false, f.actor(signed_in).entry, f.log);
  });
}

}  // namespace

TEST_CASE("Changing one's own password keeps this session and ends the others", "[database]") {
  const auto f = fixture();
  const SignedIn here = f->sign_in(), there = f->sign_in();
  CHECK(change(*f, here, Fixture::kPassword, "another password").empty());
  CHECK(f->log.entries().back().details == Json({{"code", "password_was_changed"}, {"sessions_ended", 1}}));
  CHECK(f->sessions.look(Fixture::request(here)));
  CHECK_FALSE(f->sessions.look(Fixture::request(there)));
  CHECK(code_of([&] { f->sign_in(); }) == "wrong_credentials");
  CHECK_NOTHROW(f->signing.run(f->attempt("ann", "another password"), f->log));
}

TEST_CASE("Requirements for the new password", "[database]") {
  const auto f = fixture();
  const SignedIn here = f->sign_in();
  CHECK(change(*f, here, Fixture::kPassword, "short") == "password_too_short");
  CHECK(change(*f, here, Fixture::kPassword, "Podload123") == "password_too_common");
  CHECK(change(*f, here, Fixture::kPassword, Fixture::kPassword) == "password_unchanged");
  CHECK(f->database->as_owner("SELECT FROM auth.sign_in_failures").empty());
  Principal token = here.session.principal;
  token.credential = "token:" + session_id(token.credential);
  CHECK(code_of([&] {
          f->own_password.change(token, Secret(Fixture::kPassword), Secret("another password"), false, {}, f->log);
        }) == "session_needed");
}

TEST_CASE("Guessing the current password is slowed down like signing in", "[database]") {
  const auto f = fixture();  // three free failures
  const SignedIn here = f->sign_in();
  for (int i = 0; i < 3; ++i) CHECK(change(*f, here, "wrong", "another password") == "wrong_current_password");
  CHECK(f->log.entries().back().details["code"] == "wrong_current_password");
  CHECK(f->log.entries().back().outcome == "refused");
  CHECK(change(*f, here, Fixture::kPassword, "another password") == "sign_in_blocked");
  CHECK(code_of([&] { f->sign_in(); }) == "sign_in_blocked");
}

TEST_CASE("A session that ended meanwhile changes nothing", "[database]") {
  const auto f = fixture();
  const SignedIn here = f->sign_in();
  f->database->as_owner("UPDATE auth.sessions SET ended_at = now(), ended_why = 'revoked'");
  CHECK(change(*f, here, Fixture::kPassword, "another password") == "signed_out");
  CHECK_NOTHROW(f->sign_in());
}

TEST_CASE("A new password keeps the API tokens, unless their end is requested", "[database]") {
  const auto f = fixture();
  const SignedIn ann = f->sign_in(), root = f->sign_in("root");
  const auto make = [&](const SignedIn& signed_in) {
    f->tokens.make(signed_in.session.principal, {"x", {Level::read, true, {}}, 1, Secret(Fixture::kPassword)}, {}, f->actor(signed_in, Level::none), f->log);
  };
  make(ann);
  make(ann);
  make(root);
  CHECK(change(*f, ann, Fixture::kPassword, "another password").empty());
  CHECK(f->tokens.all("").size() == 3);
  const Ended ended = f->own_password.change(ann.session.principal, Secret("another password"), Secret("a third password"), true,
                                             f->actor(ann).entry, f->log);
  CHECK(ended.tokens == 2);
  CHECK(f->log.entries().back().details["tokens_revoked"] == 2);
  CHECK(f->tokens.all("").size() == 1);  // another user's stays
}
