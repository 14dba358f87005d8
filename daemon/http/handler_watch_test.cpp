#include "http/handler_watch.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "podload_testing/doubles.hpp"

using namespace podload;

namespace {

Operation of(const char* plugin, const char* id) {
  Operation operation;
  operation.plugin = plugin;
  operation.id = id;
  return operation;
}

}  // namespace

TEST_CASE("a plugin's handlers hold a share of the workers, and other plugins are served") {
  testing::SetClock clock;
  testing::LinesLog log;
  HandlerWatch watch(16, clock, log);
  const Operation slow = of("slow", "slow.list"), other = of("other", "other.list");
  std::vector<std::unique_ptr<HandlerWatch::Entry>> inside;
  for (int i = 0; i < 4; ++i) inside.push_back(watch.enter(slow, "r"));
  CHECK(testing::code_of([&] { watch.enter(slow, "r"); }) == "plugin_busy");
  CHECK(testing::code_of([&] { watch.enter(other, "r"); }).empty());
  inside.pop_back();
  CHECK(testing::code_of([&] { watch.enter(slow, "r"); }).empty());
}

TEST_CASE("plugin.yaml sets another share, and a small daemon has one for each") {
  testing::SetClock clock;
  testing::LinesLog log;
  HandlerWatch watch(2, clock, log);
  Operation operation = of("a", "a.list");
  const auto first = watch.enter(operation, "r");
  CHECK(testing::code_of([&] { watch.enter(operation, "r"); }) == "plugin_busy");
  operation.concurrency = 2;
  CHECK(testing::code_of([&] { watch.enter(operation, "r"); }).empty());
}

TEST_CASE("a handler that does not return in time is logged once, with its plugin and request") {
  testing::SetClock clock;
  testing::LinesLog log;
  HandlerWatch watch(16, clock, log);
  Operation operation = of("slow", "slow.list");
  operation.time = std::chrono::seconds(5);
  auto entry = watch.enter(operation, "r77");
  clock.pass(std::chrono::milliseconds(4'900));
  watch.report();
  CHECK_FALSE(log.has("slow.list"));
  clock.pass(std::chrono::milliseconds(200));
  watch.report();
  CHECK(log.has("slow.list"));
  CHECK(log.has("r77"));
  const std::string reported = log.text();
  watch.report();
  CHECK(log.text() == reported);
  entry.reset();
}
