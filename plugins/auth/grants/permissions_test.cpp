#include "grants/permissions.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"
#include "podload/parse_json.hpp"

using namespace podload;
using namespace podload::auth;

namespace {

ClusterNames names() {
  ClusterNames names;
  names.add("id-east", "east");
  names.add("id-west", "west");
  return names;
}

Permissions fresh(const char* json) { return permissions_of_new(requested_permissions(parse_json(json), names())); }
Permissions changed(const char* json, const Permissions& now) {
  return changed_permissions(requested_permissions(parse_json(json), names()), now);
}
std::string in_log(const Permissions& permissions) { return print_json(permissions_in_log(permissions, names())); }
std::string refusal(const char* json) {
  try {
    requested_permissions(parse_json(json), names());
  } catch (const Error& error) {
    return error.code();
  }
  return {};
}

}  // namespace

TEST_CASE("A new user gets the highest given level, and all clusters if none are given") {
  CHECK(in_log(fresh("{}")) == R"({"all_clusters":true,"clusters":[],"level":"none"})");
  CHECK(in_log(fresh(R"({"read":true,"clusters":{}})")) == R"({"all_clusters":true,"clusters":[],"level":"read"})");
  CHECK(in_log(fresh(R"({"write":true,"read":false,"clusters":[]})")) ==
        R"({"all_clusters":true,"clusters":[],"level":"write"})");
  CHECK(in_log(fresh(R"({"admin":true})")) == R"({"all_clusters":true,"clusters":[],"level":"admin"})");
  CHECK(in_log(fresh(R"({"read":true,"all_clusters":false,"clusters":[]})")) ==
        R"({"all_clusters":false,"clusters":[],"level":"read"})");
}

TEST_CASE("Clusters in each format") {
  const std::string whole = R"({"all_clusters":false,"clusters":[{"name":"east"}],"level":"write"})";
  CHECK(in_log(fresh(R"({"write":true,"clusters":["east"]})")) == whole);
  CHECK(in_log(fresh(R"({"write":true,"clusters":[{"name":"east"}]})")) == whole);
  CHECK(in_log(fresh(R"({"write":true,"clusters":{"east":true,"west":false}})")) == whole);
  CHECK(in_log(fresh(R"({"write":true,"grants":[{"name":"east"}]})")) == whole);
  const std::string narrow =
      R"({"all_clusters":false,"clusters":[{"level":"read","name":"east","namespaces":["shop"]},{"name":"west"}],"level":"write"})";
  CHECK(in_log(fresh(
            R"({"write":true,"clusters":[{"name":"east","level":"read","namespaces":["shop","shop"]},"west"]})")) ==
        narrow);
  CHECK(in_log(fresh(R"({"write":true,"clusters":{"east":{"level":"read","namespaces":["shop"]},"west":true}})")) ==
        narrow);
  CHECK(
      in_log(fresh(
          R"({"write":true,"clusters":["west","east"],"grants":[{"name":"east","level":"read","namespaces":["shop"]},{"name":"west"}]})")) ==
      narrow);
}

TEST_CASE("Contradictory or unknown permissions are refused and named") {
  CHECK(refusal(R"({"clusters":["north"]})") == "unknown_granted_cluster");
  CHECK(refusal(R"({"clusters":["east","east"]})") == "permissions_contradict");
  CHECK(refusal(R"({"all_clusters":true,"clusters":["east"]})") == "permissions_contradict");
  CHECK(refusal(R"({"clusters":["east"],"grants":[{"name":"west"}]})") == "permissions_contradict");
  for (const char* space : {"", "Shop", "a/b", "-a", "a-", "*", "a_b"})
    CHECK(refusal(print_json({{"clusters", {{{"name", "east"}, {"namespaces", {space}}}}}}).c_str()) ==
          "bad_namespace");
}

TEST_CASE("A change keeps the fields that it does not mention") {
  const Permissions shop = fresh(R"({"write":true,"clusters":[{"name":"east","level":"read","namespaces":["shop"]}]})");
  CHECK(in_log(changed("{}", shop)) == in_log(shop));
  CHECK(in_log(changed(R"({"clusters":[]})", shop)) == in_log(shop));
  CHECK(in_log(changed(R"({"clusters":{}})", shop)) == in_log(shop));
  CHECK(in_log(changed(R"({"all_clusters":false})", shop)) == in_log(shop));
  CHECK(in_log(changed(R"({"all_clusters":false,"clusters":[]})", shop)) ==
        R"({"all_clusters":false,"clusters":[],"level":"write"})");
  CHECK(in_log(changed(R"({"all_clusters":true})", shop)) == R"({"all_clusters":true,"clusters":[],"level":"write"})");
  CHECK(in_log(changed(R"({"all_clusters":false})", fresh(R"({"read":true})"))) ==
        R"({"all_clusters":false,"clusters":[],"level":"read"})");
}

TEST_CASE("Names sent back keep their narrower permissions; new details replace them") {
  const Permissions shop = fresh(R"({"write":true,"clusters":[{"name":"east","level":"read","namespaces":["shop"]}]})");
  CHECK(in_log(changed(R"({"clusters":["east"]})", shop)) == in_log(shop));
  CHECK(in_log(changed(permissions_json(shop, names()).dump().c_str(), shop)) == in_log(shop));
  CHECK(
      in_log(changed(R"({"clusters":["east","west"]})", shop)) ==
      R"({"all_clusters":false,"clusters":[{"level":"read","name":"east","namespaces":["shop"]},{"name":"west"}],"level":"write"})");
  CHECK(in_log(changed(R"({"clusters":[{"name":"east"}]})", shop)) ==
        R"({"all_clusters":false,"clusters":[{"name":"east"}],"level":"write"})");
}

TEST_CASE("Levels rise by grants and fall by denials") {
  const Permissions admin = fresh(R"({"admin":true})"), writer = fresh(R"({"write":true})");
  CHECK(changed(R"({"admin":false})", admin).level == Level::write);
  CHECK(changed(R"({"admin":false,"write":false})", admin).level == Level::read);
  CHECK(changed(R"({"admin":false,"write":false,"read":true})", admin).level == Level::read);
  CHECK(changed(R"({"write":false})", writer).level == Level::read);
  CHECK(changed(R"({"read":false})", writer).level == Level::none);
  CHECK(changed(R"({"admin":true})", writer).level == Level::admin);
  CHECK(changed(R"({"clusters":["east"]})", writer).level == Level::write);
}

TEST_CASE("Grants: none above the user's own level, and none beside all clusters") {
  const Permissions reader =
      fresh(R"({"read":true,"clusters":[{"name":"east","level":"write"},{"name":"west","level":"none"}]})");
  const auto grants = grants_of(reader);
  REQUIRE(grants.size() == 2);
  CHECK(grants[0].level == Level::read);
  CHECK(grants[0].all_namespaces);
  CHECK(grants[1].level == Level::none);
  CHECK(grants_of(fresh(R"({"read":true})")).empty());
}

TEST_CASE("Replies: names of clusters that still have one") {
  Permissions permissions = fresh(R"({"read":true,"clusters":["east"]})");
  permissions.listed.push_back({"id-gone", {}, true, {}});
  CHECK(
      print_json(permissions_json(permissions, names())) ==
      R"({"admin":false,"all_clusters":false,"clusters":["east"],"grants":[{"name":"east"}],"read":true,"write":false})");
  CHECK(permissions_in_log(permissions, names())["clusters"][1]["name"] == "id-gone");
  CHECK(permissions_json(fresh(R"({"admin":true,"clusters":["east"]})"), names())["all_clusters"] == true);

  Principal principal;
  principal.level = Level::write;
  principal.grants = {{"id-east", Level::read, false, {"shop"}}, {"id-west", Level::none, true, {}}};
  const Json shown = permissions_json(principal, names());
  CHECK(shown["clusters"] == Json({"east"}));
  CHECK(print_json(shown["grants"]) == R"([{"level":"read","name":"east","namespaces":["shop"]}])");
}

TEST_CASE("The intersection of an owner and a scope") {
  Principal owner;
  owner.level = Level::write;
  owner.grants = {{"id-east", Level::write, true, {}}, {"id-west", Level::read, false, {"shop", "cart"}}};
  const auto may = [&](const char* scope, Level level, const char* cluster, const char* space) {
    Permissions requested = fresh(scope);
    requested.level = Level::write;
    return narrowed(owner, requested).may(level, cluster, space);
  };
  CHECK(may("{}", Level::write, "id-east", ""));
  CHECK(may("{}", Level::read, "id-west", "cart"));
  CHECK_FALSE(may("{}", Level::write, "id-west", "cart"));
  CHECK_FALSE(may("{}", Level::read, "id-west", "other"));
  const char* narrow = R"({"clusters":[{"name":"east","namespaces":["shop"]},{"name":"west","namespaces":["shop","other"]}]})";
  CHECK(may(narrow, Level::write, "id-east", "shop"));
  CHECK_FALSE(may(narrow, Level::write, "id-east", ""));
  CHECK(may(narrow, Level::read, "id-west", "shop"));
  CHECK_FALSE(may(narrow, Level::read, "id-west", "cart"));
  CHECK_FALSE(may(narrow, Level::read, "id-west", "other"));
  CHECK_FALSE(may(R"({"all_clusters":false,"clusters":[]})", Level::read, "id-east", "shop"));
  owner.level = Level::admin;
  CHECK(may("{}", Level::write, "id-anywhere", ""));
  CHECK_FALSE(may("{}", Level::admin, "id-east", "shop"));
  CHECK_FALSE(may(narrow, Level::read, "id-anywhere", "shop"));
  owner.level = Level::none;
  CHECK_FALSE(may("{}", Level::read, "id-east", "shop"));
}
