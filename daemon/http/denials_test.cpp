#include "http/denials.hpp"

#include <catch2/catch.hpp>

#include "podload_testing/doubles.hpp"
#include "podload_testing/request.hpp"

using namespace podload;

namespace {

struct Fixture {
  testing::SetClock clock;
  testing::QuietLog log;
  Denials denials{nullptr, nullptr, clock, log};

  std::optional<AuditEntry> deny(const std::string& operation, const std::string& cluster, bool known = false, const std::string& user = "u") {
    testing::TestRequest request;
    request.principal.emplace().user_id = user;
    request.operation_id = operation;
    request.params["cluster"] = cluster;
    request.path = "/api/" + cluster + "/x/pods";
    if (known) {
      request.cluster.emplace();
      request.cluster->id = request.cluster->name = cluster;
    }
    return denials.row_of(request, Error("forbidden", {{"permission", "read"}, {"where", cluster}}));
  }
};

}  // namespace

TEST_CASE("repeats of a denial within a minute are counted, whatever name an unknown cluster has") {
  Fixture f;
  CHECK(f.deny("pods", "x1"));
  for (int i = 0; i < 500; ++i) CHECK_FALSE(f.deny("pods", "x" + std::to_string(i)));
  CHECK(f.deny("pods", "real", true));
  CHECK_FALSE(f.deny("pods", "real", true));
  CHECK(f.deny("pods", "x1", false, "another"));
  f.clock.pass(std::chrono::minutes(1));
  const auto next = f.deny("pods", "x2");
  REQUIRE(next);
  CHECK(next->details["denied_before"] == 500);
  CHECK(f.denials.left_out().empty());
}

TEST_CASE("one user gets thirty rows per minute, and then one that counts the omitted denials") {
  Fixture f;
  int rows = 0;
  for (int i = 0; i < 100; ++i) rows += f.deny("operation" + std::to_string(i), "real", true) ? 1 : 0;
  CHECK(rows == 30);
  CHECK(f.deny("pods", "real", true, "another"));
  CHECK(f.denials.left_out().empty());
  f.clock.pass(std::chrono::minutes(1));
  CHECK_FALSE(f.deny("one more", "real", true));  // before the row of omitted denials
  const auto left = f.denials.left_out();
  REQUIRE(left.size() == 1);
  CHECK(left[0].details == Json{{"left_out", 71}});
  CHECK(left[0].user_id == "u");
  CHECK(left[0].outcome == "denied");
  CHECK(f.denials.left_out().empty());
  CHECK(f.deny("yet another", "real", true));
}

TEST_CASE("the caller's texts are cleaned and shortened") {
  Fixture f;
  const auto entry = f.deny("pods", std::string(8000, 'a') + "\n");
  REQUIRE(entry);
  CHECK(entry->cluster.size() <= 63 + 3);
  CHECK(entry->resource.size() <= 300 + 3);
  CHECK(print_json(entry->details).size() < 400);
  CHECK(f.deny("other", "a\x1b[31m\u202e")->cluster == "a\uFFFD[31m\uFFFD");
}
