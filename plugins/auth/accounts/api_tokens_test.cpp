#include "accounts/api_tokens.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "auth_testing.hpp"
#include "podload/ids.hpp"
#include "tokens/api_token.hpp"

using namespace podload;
using namespace podload::auth;
using namespace std::chrono_literals;

namespace {

const Permissions kAll{Level::write, true, {}};

MadeToken make(Fixture& f, const SignedIn& signed_in, const Permissions& scope = kAll, int days = 90) {
  return f.tokens.make(signed_in.session.principal, {"deploy", scope, days, Secret(Fixture::kPassword)}, {}, f.actor(signed_in, Level::none), f.log);
}

testing::TestRequest request(const MadeToken& token) {
  testing::TestRequest request;
  request.headers["authorization"] = "Bearer " + token.text.reveal();
  return request;
}

std::optional<Principal> later(Fixture& f, const MadeToken& token) {
  f.clock.pass(1s);
  return f.credentials.authenticate(request(token));
}

std::string confirm(Fixture& f, const Principal& principal, Level level, const std::string& cluster = {}) {
  return code_of(
      [&] { f.database->transact([&](Transaction& tx) { f.credentials.confirm(tx, principal, level, cluster, "shop"); }); });
}

}  // namespace

TEST_CASE("A token acts as its owner, narrowed", "[database]") {
  const auto f = fixture();
  const SignedIn root = f->sign_in("root");
  const MadeToken token = make(*f, root);
  CHECK(f->log.entries().back().details["token_name"] == "deploy");
  CHECK(print_json(f->log.entries().back().details).find(token.text.reveal()) == std::string::npos);
  CHECK(f->database->as_owner("SELECT encode(token_hash, 'escape') FROM auth.api_tokens")[0][0].as<std::string>().find(
            token.text.reveal()) == std::string::npos);
  const auto principal = later(*f, token);
  REQUIRE(principal);
  CHECK(principal->username == "root");
  CHECK(principal->level == Level::write);  // never admin
  CHECK(principal->all_clusters);
  CHECK(principal->credential == "token:" + token.row.id);
  CHECK(confirm(*f, *principal, Level::write).empty());
  CHECK(confirm(*f, *principal, Level::admin) == "forbidden");

  const auto reader = later(*f, make(*f, root, {Level::read, true, {}}));
  CHECK(reader->level == Level::read);
  CHECK(confirm(*f, *reader, Level::write) == "forbidden");
}

TEST_CASE("A bearer token takes precedence over any cookie", "[database]") {
  const auto f = fixture();
  const SignedIn ann = f->sign_in("ann"), root = f->sign_in("root");
  auto both = request(make(*f, ann));
  both.headers["cookie"] = "podload=" + root.token.reveal();
  CHECK(f->credentials.authenticate(both)->username == "ann");
  both.headers["authorization"] = "Bearer nonsense";
  CHECK_FALSE(f->credentials.authenticate(both));
  both.headers["authorization"] = "Bearer " + new_api_token().reveal();
  CHECK_FALSE(f->credentials.authenticate(both));
}

TEST_CASE("A token has the lesser of its owner's permissions and its scope, at every moment", "[database]") {
  const auto f = fixture();
  const std::string east = new_uuid(), west = new_uuid(), north = new_uuid();
  const MadeToken token =
      make(*f, f->sign_in("ann"),
           {Level::write, false, {{east, {}, false, {"shop", "cart"}}, {west, Level::read, true, {}}}});
  auto principal = later(*f, token);
  CHECK(principal->may(Level::write, east, "shop"));
  CHECK_FALSE(principal->may(Level::write, east, "other"));
  CHECK(principal->may(Level::read, west, ""));
  CHECK_FALSE(principal->may(Level::write, west, "shop"));
  CHECK_FALSE(principal->sees(north));

  f->database->transact([&](Transaction& tx) {
    f->users.set_permissions(tx, principal->user_id,
                             {Level::write, false, {{east, {}, false, {"shop", "other"}}, {north, {}, true, {}}}});
  });
  CHECK(confirm(*f, *principal, Level::read, west) == "forbidden");
  principal = later(*f, token);
  CHECK(principal->may(Level::write, east, "shop"));
  CHECK_FALSE(principal->may(Level::read, east, "cart"));
  CHECK_FALSE(principal->may(Level::read, east, "other"));
  CHECK_FALSE(principal->sees(west));
  CHECK_FALSE(principal->sees(north));

  f->database->as_owner("UPDATE auth.users SET level = 'none'");
  CHECK(confirm(*f, *principal, Level::read, east) == "forbidden");
  CHECK_FALSE(later(*f, token)->sees(east));
}

TEST_CASE("Revoked, expired, owner disabled or deleted: the token is invalid within a second, and for changes at once",
          "[database]") {
  const auto f = fixture();
  const SignedIn ann = f->sign_in("ann");
  const MadeToken token = make(*f, ann);
  const auto principal = later(*f, token);
  REQUIRE(principal);
  SECTION("revoked") {
    f->tokens.revoke(token.row.id, ann.session.principal.user_id, f->actor(ann, Level::none), f->log);
  }
  SECTION("expired") { f->database->as_owner("UPDATE auth.api_tokens SET expires_at = now()"); }
  SECTION("disabled") { f->database->as_owner("UPDATE auth.users SET disabled = true"); }
  SECTION("deleted") { f->database->as_owner("DELETE FROM auth.users"); }
  CHECK(confirm(*f, *principal, Level::read) == "signed_out");
  CHECK_FALSE(later(*f, token));
}

TEST_CASE("A password that must be changed bars the token too", "[database]") {
  const auto f = fixture();
  const SignedIn ann = f->sign_in("ann");
  const MadeToken token = make(*f, ann);
  f->database->as_owner("UPDATE auth.users SET must_change = true");
  const auto principal = later(*f, token);
  CHECK(principal->barred == "password_change_needed");
  CHECK(confirm(*f, *principal, Level::read) == "password_change_needed");
  CHECK(code_of([&] { make(*f, ann); }) == "password_change_needed");
}

TEST_CASE("An invalid token request is refused and logged", "[database]") {
  const auto f = fixture();
  const SignedIn ann = f->sign_in("ann");
  const Principal& principal = ann.session.principal;
  const auto refusal = [&](const std::string& name, Level level) {
    return code_of([&] { f->tokens.make(principal, {name, {level, true, {}}, 1, Secret(Fixture::kPassword)}, {}, f->actor(ann, Level::none), f->log); });
  };
  for (const std::string name : {"", "  ", "a\nb", "a\u202eb"}) CHECK(refusal(name, Level::read) == "bad_token_name");
  Principal reader = principal;
  reader.level = Level::read;
  CHECK(code_of([&] {
          f->tokens.make(reader, {"x", kAll, 1, Secret(Fixture::kPassword)}, {}, f->actor(ann, Level::none), f->log);
        }) == "forbidden");
  CHECK(f->log.entries().back().outcome == "refused");
  for (int i = 0; i < 50; ++i) make(*f, ann);
  CHECK(refusal("x", Level::read) == "too_many_tokens");
  CHECK(f->tokens.all("").size() == 50);
}

TEST_CASE("Tokens created at the same moment do not exceed the limit", "[database]") {
  const auto f = fixture();
  const SignedIn ann = f->sign_in("ann");
  const std::string ann_id = ann.session.principal.user_id;
  for (int i = 0; i < 49; ++i) make(*f, ann);
  std::atomic<bool> done{false};
  std::string refusal;
  std::thread other;
  f->database->transact([&](Transaction& tx) {
    f->token_store.lock_owner(tx, ann_id);
    f->token_store.add(tx, {new_uuid(), token_hash("the fiftieth"), ann_id, "x", kAll, 1});
    other = std::thread([&] {
      refusal = code_of([&] { make(*f, ann); });
      done = true;
    });
    // Until it waits for this transaction to end.
    while (!done && f->database->as_owner("SELECT FROM pg_locks WHERE NOT granted").empty())
      std::this_thread::yield();
  });
  other.join();
  CHECK(refusal == "too_many_tokens");
  CHECK(f->tokens.all("").size() == 50);
}

TEST_CASE("Creating a token needs the password again, and wrong guesses count", "[database]") {
  const auto f = fixture();  // three free failures
  const SignedIn ann = f->sign_in("ann");
  const auto refusal = [&](const std::string& password) {
    return code_of([&] {
      f->tokens.make(ann.session.principal, {"x", kAll, 1, Secret(password)}, {}, f->actor(ann, Level::none), f->log);
    });
  };
  for (const char* guess : {"", "wrong", "another"}) CHECK(refusal(guess) == "wrong_current_password");
  CHECK(f->log.entries().back().outcome == "refused");
  CHECK(refusal(Fixture::kPassword) == "sign_in_blocked");
  CHECK(f->tokens.all("").empty());
}

TEST_CASE("Users revoke their own tokens, administrators any; the list has valid and expired ones", "[database]") {
  const auto f = fixture();
  const SignedIn ann = f->sign_in("ann"), root = f->sign_in("root");
  const MadeToken anns = make(*f, ann), roots = make(*f, root);
  const std::string ann_id = ann.session.principal.user_id;
  const auto revoke = [&](const std::string& id, const std::string& owner, const Actor& actor) {
    return code_of([&] { f->tokens.revoke(id, owner, actor, f->log); });
  };
  CHECK(revoke(roots.row.id, ann_id, f->actor(ann, Level::none)) == "unknown_token");
  CHECK(revoke("x", ann_id, f->actor(ann, Level::none)) == "unknown_token");
  CHECK(revoke(roots.row.id, "", f->actor(ann)) == "forbidden");
  CHECK(f->tokens.all(ann_id).size() == 1);
  f->database->as_owner("UPDATE auth.api_tokens SET expires_at = now()");
  CHECK(f->tokens.all(ann_id)[0].expired);
  CHECK(revoke(anns.row.id, "", f->actor(root)).empty());
  CHECK(f->log.entries().back().details["token_of"] == "ann");
  CHECK(revoke(anns.row.id, "", f->actor(root)) == "unknown_token");
  CHECK(f->tokens.all("").size() == 1);
  f->database->as_owner("UPDATE auth.api_tokens SET revoked_at = now() - interval '91 days' WHERE id = '" +
                        anns.row.id + "'");
  f->database->transact([&](Transaction& tx) { f->token_store.forget_old(tx); });
  CHECK(f->database->as_owner("SELECT FROM auth.api_tokens").size() == 1);
}

TEST_CASE("A token's use is recorded once a minute", "[database]") {
  const auto f = fixture();
  const SignedIn ann = f->sign_in("ann");
  const MadeToken token = make(*f, ann);
  CHECK(f->tokens.all("")[0].last_used_at.empty());
  REQUIRE(later(*f, token));
  const ApiToken used = f->tokens.all("")[0];
  CHECK(used.last_used_at.size() == 24);
  CHECK(used.last_used_from == "192.0.2.7");
  later(*f, token);
  CHECK(f->tokens.all("")[0].last_used_at == used.last_used_at);
  f->database->as_owner("UPDATE auth.api_tokens SET last_used_at = now() - interval '61 seconds'");
  later(*f, token);
  CHECK(f->tokens.all("")[0].last_used_at >= used.last_used_at);
}
