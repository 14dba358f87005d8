#include "sign_in/flood_store.hpp"

#include <catch2/catch.hpp>

#include "auth_testing.hpp"

using namespace podload;
using namespace podload::auth;

namespace {

constexpr FloodLimits kLimits{2, 3, 1};

/// Minutes last as long as the test.
struct Flooded {
  explicit Flooded(Fixture& f) : f(f) {
    f.database->as_owner(
        "CREATE FUNCTION auth.one_minute() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.minute := '2026-01-01 00:00Z'; RETURN NEW; END $$;"
        "CREATE TRIGGER one_minute BEFORE INSERT ON auth.sign_in_floods FOR EACH ROW EXECUTE FUNCTION "
        "auth.one_minute()");
  }
  bool gets_row(const std::string& source, bool known, const std::string& name) {
    return f.database->transact([&](Transaction& tx) { return floods.gets_row(tx, source, known, name); });
  }
  std::vector<Flood> take() {
    return f.database->transact([&](Transaction& tx) { return floods.take(tx); });
  }
  Fixture& f;
  FloodStore floods{kLimits};
};

}  // namespace

TEST_CASE("Known accounts and other names have separate limits", "[database]") {
  const auto f = fixture();
  Flooded flooded(*f);
  CHECK(flooded.gets_row("a", false, "x1"));
  CHECK(flooded.gets_row("a", false, "x2"));
  CHECK_FALSE(flooded.gets_row("a", false, "x3"));
  CHECK_FALSE(flooded.gets_row("a", false, "x4"));
  CHECK(flooded.gets_row("a", true, "ann"));
  CHECK(flooded.gets_row("b", false, "y1"));
  CHECK_FALSE(flooded.gets_row("b", false, "y2"));  // the limit of all addresses is reached
  CHECK(flooded.gets_row("b", true, "ann"));
  CHECK(flooded.gets_row("c", true, "ann"));
  CHECK(flooded.gets_row("d", true, "ann"));

  const auto floods = flooded.take();
  REQUIRE(floods.size() == 2);
  CHECK(floods[0].source == "a");
  CHECK(floods[0].attempts == 2);
  CHECK(floods[0].first == "x3");
  CHECK(floods[0].last == "x4");
  CHECK_FALSE(floods[0].known);
  CHECK(floods[0].minute == "2026-01-01T00:00:00.000Z");
  CHECK(floods[1].attempts == 1);
  CHECK(flooded.take().empty());
}

TEST_CASE("Beyond the limit of addresses, the others share one row", "[database]") {
  const auto f = fixture();
  Flooded flooded(*f);
  for (const std::string source : {"a", "b", "c", "d"})
    for (int i = 0; i < (source == "b" ? 5 : 3); ++i) flooded.gets_row(source, true, "ann");
  const auto floods = flooded.take();
  REQUIRE(floods.size() == 2);
  CHECK(floods[0].source == "b");
  CHECK(floods[0].attempts == 3);
  CHECK(floods[1].source.empty());
  CHECK(floods[1].addresses == 3);
  CHECK(floods[1].attempts == 3);
  CHECK(floods[1].known);
}
