#include "sign_in/sign_in.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "auth_testing.hpp"

using namespace podload;
using namespace podload::auth;

namespace {

std::string try_password(Fixture& f, const std::string& username, const std::string& password, const std::string& address = "192.0.2.7") {
  auto attempt = f.attempt(username, password);
  attempt.from.address = address;
  return code_of([&] { f.signing.run(attempt, f.log); });
}

void wait_out(Fixture& f) { f.database->as_owner("UPDATE auth.sign_in_failures SET blocked_until = now()"); }

}  // namespace

namespace {

/// So that a test does not cross the end of a minute.
void begin_minute(Fixture& f) {
  f.database->as_owner(
      "CREATE OR REPLACE FUNCTION auth.same_minute() RETURNS trigger LANGUAGE plpgsql AS"
      " $$ BEGIN NEW.minute := '2026-01-01 00:00Z'; RETURN NEW; END $$;"
      "CREATE TRIGGER same_minute BEFORE INSERT ON auth.sign_in_floods FOR EACH ROW EXECUTE FUNCTION auth.same_minute()");
}

}  // namespace

TEST_CASE("Signing in opens a session and is logged", "[database]") {
  const auto f = fixture();
  const SignedIn in = f->sign_in();
  CHECK(in.session.principal.username == "ann");
  const AuditEntry row = f->log.entries().back();
  CHECK(row.action == "login_success");
  CHECK(row.username == "ann");
  CHECK(row.address == "192.0.2.7");
  CHECK(row.credential == in.session.principal.credential);
  CHECK(f->database->as_owner("SELECT encode(token_hash, 'escape') FROM auth.sessions")[0][0].as<std::string>() != in.token.reveal());

  auto again = f->attempt("ann", Fixture::kPassword);
  again.old_token_hash = token_hash(in.token.reveal());
  const SignedIn second = f->signing.run(again, f->log);
  CHECK_FALSE(f->sessions.look(Fixture::request(in)));
  CHECK(f->sessions.look(Fixture::request(second)));
}

TEST_CASE("Every failure gets the same answer, and the log has the reason", "[database]") {
  const auto f = fixture();
  f->database->as_owner("UPDATE auth.users SET disabled = true WHERE username = 'root'");
  CHECK(try_password(*f, "ann", "wrong") == "wrong_credentials");
  CHECK(try_password(*f, "nobody", Fixture::kPassword) == "wrong_credentials");
  CHECK(try_password(*f, "ANN", Fixture::kPassword) == "wrong_credentials");
  CHECK(try_password(*f, "root", Fixture::kPassword) == "wrong_credentials");
  CHECK(try_password(*f, std::string("ann\0x", 5), Fixture::kPassword) == "wrong_credentials");
  CHECK(try_password(*f, "<script>", "x") == "wrong_credentials");
  const auto rows = f->log.entries();
  REQUIRE(rows.size() == 8);
  const auto code = [&](std::size_t i) { return text_member(rows[i].details, "code"); };
  CHECK(code(2) == "sign_in_wrong_password");
  CHECK(code(3) == "sign_in_unknown_user");
  CHECK(code(5) == "sign_in_disabled_user");
  CHECK(rows[6].username == "ann\uFFFDx");
  CHECK(rows[7].username == "<script>");
}

TEST_CASE("Failures make the pair of account and address wait", "[database]") {
  const auto f = fixture();  // three free failures
  for (int i = 0; i < 3; ++i) CHECK(try_password(*f, "ann", "wrong") == "wrong_credentials");
  // The first wait is a second, which ten attempts may take on a slow machine.
  f->database->as_owner("UPDATE auth.sign_in_failures SET blocked_until = blocked_until + interval '1 hour'");
  for (int i = 0; i < 10; ++i) CHECK(try_password(*f, "ann", Fixture::kPassword) == "sign_in_blocked");
  CHECK(f->log.summary() == "add_user/ok add_user/ok login_failed/failed login_failed/failed login_failed/failed login_failed/refused");

  CHECK(try_password(*f, "ann", Fixture::kPassword, "192.0.2.8").empty());  // other addresses are not locked out
  CHECK(try_password(*f, "root", Fixture::kPassword).empty());

  wait_out(*f);
  CHECK(try_password(*f, "ann", "wrong") == "wrong_credentials");
  CHECK(f->log.entries().back().details.at("sign_in_refused") == 10);
  wait_out(*f);
  CHECK(try_password(*f, "ann", Fixture::kPassword).empty());
  CHECK(f->database->as_owner("SELECT FROM auth.sign_in_failures").empty());
}

TEST_CASE("The wait grows, and a day resets it", "[database]") {
  const auto f = fixture();
  const auto wait = [&] {
    return f->database->as_owner("SELECT round(extract(epoch FROM blocked_until - last_at)) FROM auth.sign_in_failures")[0][0].as<int>();
  };
  for (const int expected : {0, 0, 1, 2, 4}) {
    try_password(*f, "ann", "wrong");
    CHECK(wait() == expected);
    wait_out(*f);
  }
  f->database->as_owner("UPDATE auth.sign_in_failures SET last_at = now() - interval '25 hours'");
  try_password(*f, "ann", "wrong");
  CHECK(wait() == 0);
  f->database->as_owner("UPDATE auth.sign_in_failures SET last_at = now() - interval '25 hours', blocked_until = now() - interval '1 hour'");
  f->database->transact([&](Transaction& tx) { f->failures.forget_old(tx); });
  CHECK(f->database->as_owner("SELECT FROM auth.sign_in_failures").empty());
}

TEST_CASE("Concurrent guesses do not all pass", "[database]") {
  const auto f = fixture();  // three free failures
  std::vector<std::thread> threads;
  std::atomic<int> looked_at{0};
  for (int i = 0; i < 12; ++i)
    threads.emplace_back([&] {
      if (try_password(*f, "ann", "wrong") == "wrong_credentials") ++looked_at;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(looked_at == 3);
}

TEST_CASE("Guesses from many addresses slow each other down, but not the account's user", "[database]") {
  const auto f = fixture();
  begin_minute(*f);
  CHECK(try_password(*f, "ann", Fixture::kPassword, "198.51.100.1").empty());  // ann's usual address
  f->log.clear();
  int checked = 0, blocked = 0;
  for (int i = 0; i < 150; ++i) {
    const std::string code = try_password(*f, "ann", "wrong", "192.0.2." + std::to_string(i));
    if (code == "wrong_credentials") ++checked;
    if (code == "sign_in_blocked") ++blocked;
  }
  CHECK(checked >= 31);  // thirty are free, and the next makes all wait
  CHECK(checked <= 40);  // 1 s, 2 s, 4 s, ... 60 s on a machine that takes minutes for this
  CHECK(checked + blocked == 150);
  REQUIRE(f->events.emitted.size() == 1);
  CHECK(f->events.emitted[0].first == "account.slowed");
  CHECK(f->events.emitted[0].second["username"] == "ann");
  int rows = 0;
  for (const AuditEntry& row : f->log.entries()) rows += text_member(row.details, "code") == "sign_in_account_slowed" ? 1 : 0;
  CHECK(rows == 1);

  CHECK(try_password(*f, "ann", Fixture::kPassword, "198.51.100.1").empty());
  CHECK(try_password(*f, "ann", Fixture::kPassword, "198.51.100.2") == "sign_in_blocked");  // a new address
  CHECK(try_password(*f, "root", Fixture::kPassword, "198.51.100.2").empty());
  f->database->as_owner("UPDATE auth.sign_in_accounts SET blocked_until = now()");
  CHECK(try_password(*f, "ann", Fixture::kPassword, "198.51.100.2").empty());  // slowed down, but never locked out
  f->database->as_owner("UPDATE auth.sign_in_accounts SET last_at = last_at - interval '1 hour', blocked_until = now()");
  CHECK(try_password(*f, "ann", "wrong", "198.51.100.3") == "wrong_credentials");
  CHECK(f->database->as_owner("SELECT failures FROM auth.sign_in_accounts WHERE username = 'ann'")[0][0].as<double>() < 2);  // the bucket emptied
}

TEST_CASE("A name without an account is slowed down too, and emits no event", "[database]") {
  const auto f = fixture();
  int blocked = 0;
  for (int i = 0; i < 60; ++i)
    if (try_password(*f, "nobody", "wrong", "192.0.2." + std::to_string(i)) == "sign_in_blocked") ++blocked;
  CHECK(blocked >= 20);
  CHECK(f->events.emitted.empty());
}

TEST_CASE("An address that a user signed in from is known, for a month", "[database]") {
  const auto f = fixture();
  const auto known = [&] { return f->database->transact([&](Transaction& tx) { return f->failures.known_sources(tx, 10); }); };
  CHECK(known().empty());
  CHECK(try_password(*f, "ann", "wrong", "2001:db8:1:2::3") == "wrong_credentials");
  CHECK(known().empty());
  CHECK(try_password(*f, "ann", Fixture::kPassword, "2001:db8:1:2::3").empty());
  CHECK(known() == std::unordered_set<std::string>{"2001:db8:1:2::/64"});
  CHECK(f->known.has("2001:db8:1:2::/64"));
  f->database->as_owner("UPDATE auth.sign_in_sources SET last_at = now() - interval '31 days'");
  CHECK(known().empty());
  f->database->transact([&](Transaction& tx) { f->failures.forget_old(tx); });
  CHECK(f->database->as_owner("SELECT FROM auth.sign_in_sources").empty());
}

TEST_CASE("A password that changed during the check opens no session", "[database]") {
  const auto f = fixture();
  const auto user = f->database->transact([&](Transaction& tx) { return f->users.find(tx, "ann"); });
  const auto unchanged = [&] { return f->database->transact([&](Transaction& tx) { return f->users.is_unchanged(tx, *user); }); };
  CHECK(unchanged());
  f->commands.set_password("ann", Secret("another password"), false, f->log);
  CHECK_FALSE(unchanged());
}

TEST_CASE("A hash with weaker parameters is replaced at the next sign-in, and sessions stay", "[database]") {
  const auto f = fixture();
  const SignedIn before = f->sign_in();
  const PasswordHasher stronger({16U << 20, 2});
  const SignIn signing(*f->database, f->users, f->session_store, f->failures, f->floods, stronger, f->slots, f->known, f->events);
  signing.run(f->attempt("ann", Fixture::kPassword), f->log);
  const auto hash = f->database->as_owner("SELECT password_hash FROM auth.users WHERE username = 'ann'")[0][0].as<std::string>();
  CHECK_FALSE(stronger.is_outdated(hash));
  CHECK(f->sessions.look(Fixture::request(before)));
  CHECK_NOTHROW(signing.run(f->attempt("ann", Fixture::kPassword), f->log));
}

TEST_CASE("Signing out ends the session, once", "[database]") {
  const auto f = fixture();
  const SignedIn in = f->sign_in();
  AuditEntry from;
  from.username = "ann";
  f->signing.end(in.session.principal, from, f->log);
  CHECK(f->log.entries().back().action == "logout");
  CHECK_FALSE(f->sessions.look(Fixture::request(in)));
  CHECK(code_of([&] { f->signing.end(in.session.principal, from, f->log); }) == "signed_out");
}

TEST_CASE("A thousand failures under changing names make about ten rows, and one with the number", "[database]") {
  const auto f = fixture();
  begin_minute(*f);
  f->log.clear();
  const PasswordHasher quick({8192, 1});
  const SignIn signing(*f->database, f->users, f->session_store, f->failures, f->floods, quick, f->slots, f->known, f->events);
  for (int i = 0; i < 1000; ++i)
    CHECK(code_of([&] { signing.run(f->attempt("name" + std::to_string(i), "x"), f->log); }) == "wrong_credentials");
  try_password(*f, "ann", "wrong");  // failures of an existing account are still visible
  CHECK(f->log.entries().size() == 11);
  CHECK(f->log.entries().back().username == "ann");
  CHECK(f->signing.tell_floods(f->log) == 1);
  CHECK(f->signing.tell_floods(f->log) == 0);
  const AuditEntry row = f->log.entries().back();
  CHECK(row.action == "login_failed");
  CHECK(row.address == "192.0.2.7");
  CHECK(row.details["flood_attempts"] == 990);
  CHECK(row.details["flood_first"] == "name10");
  CHECK(row.details["flood_last"] == "name999");
  CHECK(f->database->as_owner("SELECT FROM auth.sign_in_floods").empty());
}

TEST_CASE("Failures from many addresses: as many rows as the overall limit, then twenty and one", "[database]") {
  const auto f = fixture();
  begin_minute(*f);
  f->log.clear();
  for (int i = 0; i < 120; ++i) try_password(*f, "name" + std::to_string(i), "x", "192.0.2." + std::to_string(i));
  CHECK(f->log.entries().size() == 60);
  CHECK(f->signing.tell_floods(f->log) == 21);
  int rows = 60;
  for (const AuditEntry& row : f->log.entries())
    if (row.details.contains("flood_attempts")) rows += row.details["flood_attempts"].get<int>();
  CHECK(rows == 120);
  CHECK(f->log.entries().back().details["flood_addresses"] == 40);
  CHECK(f->log.entries().back().address.empty());
}

TEST_CASE("The current minute is not reported yet", "[database]") {
  const auto f = fixture();
  for (int i = 0; i < 12; ++i) try_password(*f, "name" + std::to_string(i), "x");
  f->database->as_owner("UPDATE auth.sign_in_floods SET minute = date_trunc('minute', now()) + interval '1 minute'");
  CHECK(f->signing.tell_floods(f->log) == 0);
  f->database->as_owner("UPDATE auth.sign_in_floods SET minute = minute - interval '2 minutes'");
  CHECK(f->signing.tell_floods(f->log) == 1);
}
