#include "sessions/sessions.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "auth_testing.hpp"
#include "podload/ids.hpp"

using namespace podload;
using namespace podload::auth;
using namespace std::chrono_literals;

namespace {

void age(Fixture& f, const std::string& column, int seconds) {
  f.database->as_owner("UPDATE auth.sessions SET " + column + " = " + column + " - make_interval(secs => " +
                       std::to_string(seconds) + ")");
}

double idle_seconds(Fixture& f) {
  return f.database->as_owner("SELECT extract(epoch FROM now() - last_seen) FROM auth.sessions")[0][0].as<double>();
}

}  // namespace

TEST_CASE("Session credentials are distinguished from others") {
  const std::string id = new_uuid();
  CHECK(session_id(session_credential(id)) == id);
  CHECK(session_id("token:" + id).empty());
  CHECK(session_id("session:x").empty());
  CHECK(session_id("").empty());
}

TEST_CASE("A session identifies its user", "[database]") {
  const auto f = fixture();
  const auto request = Fixture::request(f->sign_in());
  const auto session = f->sessions.look(request);
  REQUIRE(session);
  CHECK(session->principal.username == "ann");
  CHECK(session->principal.level == Level::write);
  CHECK(session->principal.all_clusters);
  CHECK(session->idle_left_seconds == Approx(600).margin(1));
  CHECK(session->expires_at.size() == 24);
  CHECK(f->credentials.authenticate(request)->user_id == session->principal.user_id);

  CHECK_FALSE(f->credentials.authenticate(testing::TestRequest()));
  auto stranger = request;
  stranger.headers["cookie"] = "podload=" + std::string(43, 'x');
  CHECK_FALSE(f->credentials.authenticate(stranger));
  auto over_tls = request;
  over_tls.tls = true;
  CHECK_FALSE(f->credentials.authenticate(over_tls));
}

TEST_CASE("Listed clusters have their own, lower level and namespaces", "[database]") {
  const auto f = fixture();
  const std::string east = new_uuid(), west = new_uuid();
  const std::string ann =
      f->database->as_owner("UPDATE auth.users SET all_clusters = false WHERE username = 'ann' RETURNING id")[0][0]
          .c_str();
  f->database->as_owner("INSERT INTO auth.grants VALUES ('" + ann + "', '" + east + "', NULL, true), ('" + ann +
                        "', '" + west +
                        "', 'read', false);"
                        "INSERT INTO auth.grant_namespaces VALUES ('" +
                        ann + "', '" + west + "', 'shop')");
  const auto principal = f->credentials.authenticate(Fixture::request(f->sign_in()));
  REQUIRE(principal);
  CHECK(principal->may(Level::write, east, "any"));
  CHECK(principal->may(Level::read, west, "shop"));
  CHECK_FALSE(principal->may(Level::write, west, "shop"));
  CHECK_FALSE(principal->may(Level::read, west, "other"));
  CHECK_FALSE(principal->may(Level::read, new_uuid(), "shop"));

  f->database->as_owner("DELETE FROM auth.grants");  // after the last one is removed: no cluster, not all
  f->clock.pass(1s);
  CHECK_FALSE(f->credentials.authenticate(Fixture::request(f->sign_in()))->sees(east));
}

TEST_CASE("A session ends when idle for too long or too old, by the database's clock", "[database]") {
  const auto f = fixture();
  const auto request = Fixture::request(f->sign_in());
  const auto lives = [&] {
    f->clock.pass(1s);
    return f->credentials.authenticate(request).has_value();
  };
  SECTION("599 s idle") {
    age(*f, "last_seen", 599);
    CHECK(lives());
    CHECK(idle_seconds(*f) < 5);  // and that was activity
  }
  SECTION("600 s idle") {
    age(*f, "last_seen", 600);
    CHECK_FALSE(lives());
  }
  SECTION("twelve hours old") {
    age(*f, "created_at", 43200);
    CHECK_FALSE(lives());
  }
  SECTION("the database's clock was set back") {
    age(*f, "last_seen", -3600);
    CHECK_FALSE(lives());
  }
}

TEST_CASE("Requests that the page sends on its own do not count as activity, and do not hide any", "[database]") {
  const auto f = fixture();
  auto request = Fixture::request(f->sign_in());
  age(*f, "last_seen", 300);
  request.background = true;
  for (int i = 0; i < 5; ++i) {
    f->clock.pass(1s);
    const auto session = f->sessions.look(request);
    REQUIRE(session);
    CHECK(session->idle_left_seconds == Approx(300).margin(5));
  }
  CHECK(idle_seconds(*f) >= 300);
  request.background = false;  // within the second of the cache
  CHECK(f->sessions.look(request)->idle_left_seconds == Approx(600).margin(1));
  CHECK(idle_seconds(*f) < 5);
}

TEST_CASE("A cached session is at most a second old", "[database]") {
  const auto f = fixture();
  const auto request = Fixture::request(f->sign_in());
  REQUIRE(f->credentials.authenticate(request));
  SECTION("ended") { f->database->as_owner("UPDATE auth.sessions SET ended_at = now(), ended_why = 'revoked'"); }
  SECTION("disabled") { f->database->as_owner("UPDATE auth.users SET disabled = true"); }
  SECTION("deleted") { f->database->as_owner("DELETE FROM auth.users"); }
  f->clock.pass(499ms);
  CHECK(f->credentials.authenticate(request));
  f->clock.pass(501ms);
  CHECK_FALSE(f->credentials.authenticate(request));
}

TEST_CASE("One caller refreshes before the second is over; if it finds nothing, the others learn it", "[database]") {
  const auto f = fixture();
  const auto request = Fixture::request(f->sign_in());
  REQUIRE(f->credentials.authenticate(request));
  f->database->as_owner("UPDATE auth.sessions SET ended_at = now(), ended_why = 'revoked'");
  f->clock.pass(500ms);
  CHECK_FALSE(f->credentials.authenticate(request));
  CHECK_FALSE(f->credentials.authenticate(request));
}

TEST_CASE("Expired sessions are marked once, with the reason", "[database]") {
  const auto f = fixture();
  f->sign_in("ann");
  age(*f, "last_seen", 600);
  f->sign_in("root");
  f->database->as_owner(
      "UPDATE auth.sessions s SET created_at = now() - interval '13 hours' FROM auth.users u WHERE u.id = s.user_id "
      "AND username = 'root'");
  f->sign_in("ann");
  const auto sweep = [&] {
    return f->database->transact([&](Transaction& tx) { return f->session_store.end_run_out(tx, 10); });
  };
  auto ended = sweep();
  REQUIRE(ended.size() == 2);
  std::sort(ended.begin(), ended.end(), [](const auto& a, const auto& b) { return a.username < b.username; });
  CHECK(ended[0].username == "ann");
  CHECK(ended[0].why == "idle");
  CHECK(ended[1].username == "root");
  CHECK(ended[1].why == "too_old");
  CHECK(sweep().empty());
  f->database->as_owner("UPDATE auth.sessions SET ended_at = now() - interval '91 days' WHERE ended_why = 'idle'");
  f->database->transact([&](Transaction& tx) { f->session_store.forget_old(tx); });
  CHECK(f->database->as_owner("SELECT count(*) FROM auth.sessions")[0][0].as<int>() == 2);
}
