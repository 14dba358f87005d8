#include "accounts/user_admin.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "auth_testing.hpp"
#include "podload/ids.hpp"

using namespace podload;
using namespace podload::auth;
using namespace std::chrono_literals;

namespace {

/// The fixture, with root signed in and two clusters.
struct Office {
  explicit Office(Fixture& f) : f(f), root(f.sign_in("root")) {
    names.add(east, "east");
    names.add(west, "west");
  }
  std::string add(const std::string& username, const Json& permissions,
                  const std::string& password = "a good password") {
    return code_of([&] { f.user_admin.add({username, Secret(password), permissions}, names, f.actor(root), f.log); });
  }
  std::string update(const std::string& username, const UserChange& change) {
    return update_by(root, username, change);
  }
  std::string update_by(const SignedIn& signed_in, const std::string& username, const UserChange& change) {
    return code_of([&] { f.user_admin.update(username, change, names, f.actor(signed_in), f.log); });
  }
  std::string permit(const std::string& username, const Json& permissions) {
    UserChange change;
    change.permissions = permissions;
    return update(username, change);
  }
  std::string remove(const std::string& username) {
    return code_of([&] { f.user_admin.remove(username, names, f.actor(root), f.log); });
  }
  std::string level_in_table(const std::string& username) {
    return std::string(level_name(f.user(username).permissions.level));
  }

  Fixture& f;
  const std::string east = new_uuid(), west = new_uuid();
  ClusterNames names;
  SignedIn root;
};

UserChange password(const std::string& text) {
  UserChange change;
  change.password = Secret(text);
  return change;
}

UserChange disabled(bool is) {
  UserChange change;
  change.disabled = is;
  return change;
}

UserChange renamed(const std::string& name) {
  UserChange change;
  change.username = name;
  return change;
}

}  // namespace

TEST_CASE("Administrators add users, who must change their password", "[database]") {
  const auto f = fixture();
  Office office(*f);
  CHECK(
      office
          .add("bob", {{"write", true},
                       {"clusters", {{{"name", "east"}, {"level", "read"}, {"namespaces", {"shop", "cart"}}}, "west"}}})
          .empty());
  const User bob = f->user("bob");
  CHECK(bob.must_change);
  CHECK(bob.permissions.level == Level::write);
  CHECK_FALSE(bob.permissions.all_clusters);
  CHECK(print_json(permissions_in_log(bob.permissions, office.names))
            .find(R"({"level":"read","name":"east","namespaces":["cart","shop"]})") != std::string::npos);
  const AuditEntry row = f->log.entries().back();
  CHECK(row.action == "x");
  CHECK(row.resource == "user/bob");
  CHECK(row.outcome == "ok");
  CHECK(row.details["after"]["clusters"].size() == 2);
  CHECK(print_json(row.details).find("password") == std::string::npos);

  CHECK(office.add("bob", Json::object()) == "user_exists");
  CHECK(f->log.entries().back().details["code"] == "user_exists");
  CHECK(f->log.entries().back().outcome == "refused");
  CHECK(office.add("a/b", Json::object()) == "bad_username");
  CHECK(office.add("eve", Json::object(), "password123") == "password_too_common");
  CHECK(office.add("evelyn.w", Json::object(), "EVELYN.W") == "password_is_username");
  CHECK(office.add("eve", {{"clusters", {"north"}}}) == "unknown_granted_cluster");
  CHECK(office.f.user_admin.all().size() == 3);
  CHECK(code_of([&] { f->user_admin.find("nobody"); }) == "unknown_user");
  CHECK(code_of([&] { f->user_admin.find("a\nb"); }) == "unknown_user");
  CHECK(f->user_admin.find("root").last_sign_in.size() == 24);
  CHECK(f->user_admin.find("bob").last_sign_in.empty());
}

TEST_CASE("Users who must change the password may do nothing else", "[database]") {
  const auto f = fixture();
  Office office(*f);
  office.add("bob", {{"write", true}});
  const SignedIn bob = f->signing.run(f->attempt("bob", "a good password"), f->log);
  const auto principal = f->credentials.authenticate(Fixture::request(bob));
  REQUIRE(principal);
  CHECK(principal->barred == "password_change_needed");
  const auto confirm = [&] {
    f->database->transact([&](Transaction& tx) { f->credentials.confirm(tx, *principal, Level::read, "", ""); });
  };
  CHECK(code_of(confirm) == "password_change_needed");
  f->own_password.change(*principal, Secret("a good password"), Secret("my own password"), false, f->actor(bob).entry, f->log);
  CHECK(code_of(confirm).empty());
  f->clock.pass(1s);
  CHECK(f->credentials.authenticate(Fixture::request(bob))->barred.empty());
}

TEST_CASE("An administrator's changes take effect at once", "[database]") {
  const auto f = fixture();
  Office office(*f);
  const SignedIn ann = f->sign_in("ann");
  const Principal principal = ann.session.principal;
  const auto confirm = [&](Level level, const std::string& cluster, const std::string& space) {
    return code_of([&] {
      f->database->transact([&](Transaction& tx) { f->credentials.confirm(tx, principal, level, cluster, space); });
    });
  };
  CHECK(confirm(Level::write, office.east, "shop").empty());
  CHECK(office.permit("ann", {{"clusters", {{{"name", "east"}, {"namespaces", {"shop"}}}}}}).empty());
  CHECK(confirm(Level::write, office.east, "shop").empty());
  CHECK(confirm(Level::write, office.east, "cart") == "forbidden");
  CHECK(confirm(Level::write, office.west, "shop") == "forbidden");
  CHECK(office.permit("ann", {{"write", false}}).empty());
  CHECK(confirm(Level::write, office.east, "shop") == "forbidden");
  CHECK(confirm(Level::read, office.east, "shop").empty());
  CHECK(office.permit("ann", {{"all_clusters", false}, {"clusters", Json::array()}}).empty());
  CHECK(confirm(Level::read, office.east, "shop") == "forbidden");

  const Json details = f->log.entries().back().details;
  CHECK(details["before"]["clusters"][0]["name"] == "east");
  CHECK(details["after"]["clusters"].empty());
  CHECK(f->credentials.authenticate(Fixture::request(ann))->level == Level::read);  // the session stays
}

TEST_CASE("A password set by another user ends all sessions; one's own change keeps this one", "[database]") {
  const auto f = fixture();
  Office office(*f);
  const SignedIn ann = f->sign_in("ann"), other_root = f->sign_in("root");
  CHECK(office.update("ann", password("")).empty());  // the old one stays valid
  CHECK(f->sessions.look(Fixture::request(ann)));
  CHECK(office.update("ann", password("1234567")) == "password_too_short");
  CHECK(office.update("ann", password("a new password")).empty());
  f->clock.pass(1s);
  CHECK_FALSE(f->sessions.look(Fixture::request(ann)));
  CHECK(f->user("ann").must_change);
  CHECK(f->log.entries().back().details["sessions_ended"] == 1);

  CHECK(office.update("root", password("a new password")).empty());
  CHECK_FALSE(f->user("root").must_change);
  f->clock.pass(1s);
  CHECK(f->sessions.look(Fixture::request(office.root)));
  CHECK_FALSE(f->sessions.look(Fixture::request(other_root)));
}

TEST_CASE("Disabling ends the sessions, and enabling does not restore them", "[database]") {
  const auto f = fixture();
  Office office(*f);
  const SignedIn ann = f->sign_in("ann");
  CHECK(office.update("ann", disabled(true)).empty());
  CHECK(code_of([&] { f->sign_in("ann"); }) == "wrong_credentials");
  CHECK(office.update("ann", disabled(false)).empty());
  f->clock.pass(1s);
  CHECK_FALSE(f->sessions.look(Fixture::request(ann)));
  CHECK_NOTHROW(f->sign_in("ann"));
}

TEST_CASE("A renamed user is the same user", "[database]") {
  const auto f = fixture();
  Office office(*f);
  const SignedIn ann = f->sign_in("ann");
  office.permit("ann", {{"clusters", {"east"}}});
  CHECK(office.update("ann", renamed("root")) == "user_exists");
  CHECK(office.update("ann", renamed("-x")) == "bad_username");
  CHECK(office.update("ann", renamed("anna")).empty());
  CHECK(f->log.entries().back().details["before"]["username"] == "ann");
  CHECK(f->log.entries().back().details["after"]["username"] == "anna");
  f->clock.pass(1s);
  const auto session = f->sessions.look(Fixture::request(ann));
  REQUIRE(session);
  CHECK(session->principal.username == "anna");
  CHECK(session->principal.sees(office.east));
  CHECK(office.update("ann", renamed("x")) == "unknown_user");
  CHECK(office.update("anna", renamed("anna")).empty());
}

TEST_CASE("Administrators cannot lock themselves out, and the last one stays", "[database]") {
  const auto f = fixture();
  Office office(*f);
  UserChange demotion;
  demotion.permissions = Json{{"admin", false}};
  UserChange meant = demotion;
  meant.confirmed = true;
  CHECK(office.remove("root") == "not_to_yourself");
  CHECK(office.update("root", disabled(true)) == "last_admin");
  CHECK(office.update("root", meant) == "last_admin");
  f->log.clear();
  CHECK(office.remove("root") == "not_to_yourself");
  CHECK(f->log.summary() == "x/refused");

  office.add("second", {{"admin", true}});
  CHECK(office.update("root", disabled(true)) == "not_to_yourself");
  CHECK(office.update("root", demotion) == "confirm_demotion");
  CHECK(office.level_in_table("root") == "admin");
  CHECK(office.update("second", disabled(true)).empty());
  CHECK(office.update("root", meant) == "last_admin");  // the disabled one does not count
  CHECK(office.update("second", disabled(false)).empty());
  CHECK(office.update("root", meant).empty());
  CHECK(office.level_in_table("root") == "write");
  CHECK(office.permit("ann", {{"admin", true}}) == "forbidden");
  CHECK(office.remove("second") == "forbidden");
}

TEST_CASE("Two administrators demote each other at once: one stays", "[database]") {
  const auto f = fixture();
  for (int round = 0; round < 5; ++round) {
    Office office(*f);
    const std::string name = "second" + std::to_string(round);
    office.add(name, {{"admin", true}});
    f->database->as_owner("UPDATE auth.users SET must_change = false");
    const SignedIn second = f->signing.run(f->attempt(name, "a good password"), f->log);
    UserChange demotion;
    demotion.permissions = Json{{"admin", false}};
    std::atomic<int> through{0};
    std::thread one([&] { through += office.update_by(office.root, name, demotion).empty(); });
    std::thread two([&] { through += office.update_by(second, "root", demotion).empty(); });
    one.join();
    two.join();
    CHECK(through == 1);
    f->database->as_owner("UPDATE auth.users SET level = CASE WHEN username = 'root' THEN 'admin' ELSE 'read' END");
  }
}

TEST_CASE("Deleting ends the sessions, and a new user with the same name inherits nothing", "[database]") {
  const auto f = fixture();
  Office office(*f);
  const SignedIn ann = f->sign_in("ann");
  office.permit("ann", {{"clusters", {"east"}}});
  CHECK(office.remove("ann").empty());
  CHECK(f->log.entries().back().details["before"]["clusters"][0]["name"] == "east");
  CHECK(office.remove("ann") == "unknown_user");
  CHECK(office.add("ann", {{"read", true}, {"all_clusters", false}}).empty());
  f->clock.pass(1s);
  CHECK_FALSE(f->sessions.look(Fixture::request(ann)));
  CHECK(f->user("ann").permissions.listed.empty());
}
