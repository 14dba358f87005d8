#include "users/flask_users.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "auth_testing.hpp"
#include "podload/ids.hpp"

using namespace podload;
using namespace podload::auth;

namespace {

/// A folder of the predecessor.
class Folder {
 public:
  Folder() { std::filesystem::create_directories(path_ / "config"); }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void write(const std::string& text, const std::string& file = "config/auth_config.json") const {
    std::ofstream(path_ / file) << text;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  const std::filesystem::path path_ = std::filesystem::temp_directory_path() / ("podload-test-" + new_uuid());
};

Json row(const std::string& username, const std::string& password, const Json& permissions) {
  return {
      {"username", username}, {"password_hash", sha256_hex(Secret(password)).reveal()}, {"permissions", permissions}};
}

/// The report in brief: "added:bob no_clusters:bob done:".
std::string import(Fixture& f, const Folder& folder, const ClusterNames& names = {}) {
  const FlaskUsers users(*f.database, f.users, f.hasher, "cli:tester");
  std::string lines;
  for (const ImportLine& line : users.import(folder.path(), names, f.log)) {
    const std::string short_code =
        line.code.substr(line.code.find('_', 7) == std::string::npos ? 7 : line.code.find('_', 7) + 1);
    lines += (lines.empty() ? "" : " ") + short_code + ":" + text_member(line.args, "username");
  }
  return lines;
}

}  // namespace

TEST_CASE("The digest is the one that the predecessor stored") {
  CHECK(sha256_hex(Secret("admin123")).reveal() == "240be518fabd2724ddb6f04eeb1da5967448d7e831c08c8fa822809f74c720a9");
}

TEST_CASE("Users of the predecessor sign in with their passwords, which are then hashed again", "[database]") {
  const auto f = fixture();
  const Folder folder;
  Json bob = row("bob", "bob's password", {{"read", true}, {"write", true}, {"admin", false}, {"clusters", {"east"}}});
  bob["password_hash"] = "  ";
  Json upper = row("carol", "carol's password", {{"read", true}, {"clusters", {{"east", true}, {"west", false}}}});
  std::string digest = upper["password_hash"];
  for (char& c : digest) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  upper["password_hash"] = digest;
  folder.write(
      print_json({row("boss", "boss's password", {{"admin", true}, {"clusters", Json::object()}}), bob, upper}));
  ClusterNames names;
  names.add(new_uuid(), "east");
  names.add(new_uuid(), "west");
  f->log.clear();
  CHECK(import(*f, folder, names) == "added:boss bad_hash:bob added:carol done:");
  CHECK(f->log.summary() == "add_user/ok add_user/ok");
  CHECK(f->log.entries().back().details["imported"] == true);
  CHECK(f->log.entries().back().username == "cli:tester");

  const auto stored = [&] {
    const auto rows =
        f->database->as_owner("SELECT password_scheme, password_hash FROM auth.users WHERE username = 'carol'");
    return std::pair(rows[0][0].as<std::string>(), rows[0][1].as<std::string>());
  };
  CHECK(stored().first == "argon2id_of_sha256");
  CHECK(stored().second.find(digest) == std::string::npos);
  CHECK(code_of([&] { f->signing.run(f->attempt("carol", digest), f->log); }) == "wrong_credentials");
  const SignedIn carol = f->signing.run(f->attempt("carol", "carol's password"), f->log);
  CHECK(carol.session.principal.sees(*names.id_of("east")));
  CHECK_FALSE(carol.session.principal.sees(*names.id_of("west")));
  CHECK(stored().first == "argon2id");
  CHECK_NOTHROW(f->signing.run(f->attempt("carol", "carol's password"), f->log));
  CHECK(f->user("boss").permissions.all_clusters);
}

TEST_CASE("A user can change the password before it was hashed again", "[database]") {
  const auto f = fixture();
  const SignedIn ann = f->sign_in();
  f->database->transact([&](Transaction& tx) { f->users.remove(tx, f->user("root").id); });
  f->database->as_owner("UPDATE auth.users SET password_scheme = 'argon2id_of_sha256', password_hash = '" +
                        f->hasher.hash(sha256_hex(Secret("an old password"))) + "'");
  CHECK(code_of([&] {
          f->own_password.change(ann.session.principal, Secret("an old password"), Secret("a new password"), false,
                                 f->actor(ann).entry, f->log);
        }).empty());
  CHECK_NOTHROW(f->signing.run(f->attempt("ann", "a new password"), f->log));
}

TEST_CASE("Empty lists mean no clusters, unknown clusters and default passwords are reported, and a second run adds nothing",
          "[database]") {
  const auto f = fixture();
  const Folder folder;
  folder.write(print_json({row("one", "a password", {{"read", true}, {"clusters", Json::object()}}),
                           row("two", "a password", {{"write", true}, {"clusters", Json::array()}}),
                           row("three", "a password", {{"write", "true"}, {"clusters", {"gone"}}}),
                           row("admin", "admin123", {{"admin", true}}),
                           row("user", "user123", {{"read", true}, {"clusters", {"gone"}}}),
                           row("a b", "a password", Json::object()), row("ann", "a password", {{"admin", true}}), 7}),
               "auth_config.json");
  CHECK(import(*f, folder) ==
        "added:one no_clusters:one added:two no_clusters:two added:three unknown_cluster:three added:admin "
        "default_password:admin"
        " added:user unknown_cluster:user default_password:user bad_name:a b exists:ann bad_name: done:");
  for (const std::string name : {"one", "two", "three", "user"}) {
    CHECK_FALSE(f->user(name).permissions.all_clusters);
    CHECK(f->user(name).permissions.listed.empty());
  }
  CHECK(f->user("three").permissions.level == Level::none);  // the text "true" is not a boolean
  CHECK(f->user("admin").disabled);
  CHECK(f->user("ann").permissions.level == Level::write);
  CHECK(code_of([&] { f->signing.run(f->attempt("admin", "admin123"), f->log); }) == "wrong_credentials");
  f->log.clear();
  CHECK(import(*f, folder).find("added") == std::string::npos);
  CHECK(f->log.entries().empty());
}

TEST_CASE("A missing file is reported; an invalid one is refused", "[database]") {
  const auto f = fixture();
  const Folder folder;
  CHECK(import(*f, folder) == "users:");
  for (const char* text : {"", "{", "{}", "null"}) {
    folder.write(text);
    CHECK(code_of([&] { import(*f, folder); }) == "bad_auth_config");
  }
  std::filesystem::remove(folder.path() / "config" / "auth_config.json");
  std::filesystem::create_directories(folder.path() / "auth_config.json");
  CHECK(code_of([&] { import(*f, folder); }) == "file_unreadable");
}
