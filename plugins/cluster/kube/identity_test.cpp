#include "kube/identity.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::cluster;

namespace {
using Headers = std::vector<std::string>;
std::string code_of(const Json& value) {
  try {
    Identity::from_json(value);
    return {};
  } catch (const Error& error) {
    return error.code();
  }
}
}  // namespace

TEST_CASE("By default podload uses its own identity") {
  CHECK(Identity().headers("ann").empty());
  CHECK(Identity::from_json({{"mode", "itself"}}) == Identity());
  CHECK(Identity::from_json(Json::object()) == Identity());
}

TEST_CASE("One fixed user, with the podload user in an extra") {
  const Identity fixed = Identity::from_json({{"mode", "fixed"}, {"user", "podload-person"}});
  CHECK(fixed.headers("ann") == Headers{"Impersonate-User: podload-person", "Impersonate-Extra-podload.io%2Fuser: ann"});
  CHECK(fixed.headers("").empty());  // the daemon's own call, on behalf of no user
  CHECK(Identity::from_json(fixed.json()) == fixed);
}

TEST_CASE("Listed users only") {
  const Identity named = Identity::from_json({{"mode", "named"}, {"users", {"ann", "bob"}}});
  CHECK(named.headers("bob") == Headers{"Impersonate-User: bob"});
  CHECK(testing::code_of([&] { named.headers("eve"); }) == "person_not_listed");
  CHECK(Identity::from_json(named.json()) == named);
}

TEST_CASE("Invalid identities") {
  for (const Json& value : {Json{{"mode", "root"}}, Json{{"mode", "fixed"}}, Json{{"mode", "named"}, {"users", Json::array()}},
                            Json{{"mode", "fixed"}, {"user", "system:masters"}}, Json{{"mode", "fixed"}, {"user", "a\r\nX: y"}},
                            Json{{"mode", "named"}, {"users", {"ann", 3}}}}) {
    INFO(value);
    CHECK(code_of(value) == "bad_identity");
  }
}
