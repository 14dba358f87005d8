#include "plugin_host/outbox.hpp"

#include <catch2/catch.hpp>

#include "podload/error.hpp"

using namespace podload;

namespace {

class NoDatabase : public Database {
  void run(const std::function<void(Transaction&)>&) override { FAIL("no database is needed here"); }
};
class Quiet : public Log {
  void write(LogLevel, std::string_view, const Json&) noexcept override {}
};

Manifest manifest(const std::string& name, std::vector<std::string> emits, std::vector<std::string> hears) {
  Manifest made;
  made.name = name;
  made.emits = std::move(emits);
  made.hears = std::move(hears);
  return made;
}

}  // namespace

TEST_CASE("who hears something has somebody who emits it, or is told the nearest") {
  NoDatabase database;
  Quiet log;
  Outbox outbox(database, log, 3);
  const Manifest ears = manifest("ears", {}, {"operation.setled"});
  outbox.declare({manifest("mouth", {"operation.started", "operation.settled"}, {}), ears});
  CHECK(outbox.unheard_of(ears) == "it hears operation.setled, which no plugin here emits; did you mean operation.settled?");
  CHECK(outbox.unheard_of(manifest("ears", {}, {"operation.settled"})).empty());
}

TEST_CASE("an event belongs to one plugin") {
  NoDatabase database;
  Quiet log;
  Outbox outbox(database, log, 3);
  CHECK_THROWS_AS(outbox.declare({manifest("a", {"x.y"}, {}), manifest("b", {"x.y"}, {})}), Error);
}

TEST_CASE("attempts come later and later, and never all at once") {
  CHECK(backoff_seconds(1, 0.5) == 2);
  CHECK(backoff_seconds(3, 0.5) == 8);
  CHECK(backoff_seconds(3, 0) == 4);
  CHECK(backoff_seconds(3, 1) == 12);
  CHECK(backoff_seconds(1000, 0.5) == 900);
}
