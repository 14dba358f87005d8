#include "live/event_history.hpp"

#include <catch2/catch.hpp>
#include <string>

using podload::pod_load::EventHistory;

TEST_CASE("a client gets what it has missed, in order") {
  EventHistory history("e");
  const auto first = history.add("pods", "1"), second = history.add("pods", "2"), third = history.add("operation", "3");
  REQUIRE(history.since(first->id()));
  CHECK(*history.since(first->id()) == std::vector{second, third});
  CHECK(history.since(third->id())->empty());
}

TEST_CASE("after a reset follow the events from then on") {
  EventHistory history("e");
  CHECK(history.since(history.reset()->id())->empty());
  history.add("pods", "1");
  const auto reset = history.reset();
  const auto next = history.add("pods", "2");
  CHECK(*history.since(reset->id()) == std::vector{next});
}

TEST_CASE("an id that is not known is a gap") {
  EventHistory history("e");
  history.add("pods", "1");
  for (const char* id : {"", "e", "e-", "e-2", "e-x", "e-1x", "f-1", "e--1", "e-18446744073709551616", "99999999999:0"})
    CHECK_FALSE(history.since(id));
}

TEST_CASE("a history is bounded in events and in bytes; what it has dropped is a gap") {
  EventHistory history("e");
  const std::string first = history.add("pods", "1")->id();
  SECTION("many events") {
    for (int i = 0; i < 1000; ++i) history.add("pods", "x");
  }
  SECTION("long events") {
    for (int i = 0; i < 10; ++i) history.add("pods", std::string(200'000, 'x'));
  }
  CHECK_FALSE(history.since(first));
  const auto last = history.add("pods", "2");
  CHECK(history.since(last->id())->empty());
}
