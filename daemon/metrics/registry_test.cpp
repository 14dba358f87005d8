#include "metrics/registry.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>

#include "podload_testing/doubles.hpp"

using namespace podload;
using testing::code_of;

namespace {

struct Fixture {
  testing::LinesLog log;
  MetricsRegistry metrics{log};

  bool has(const std::string& line) { return ("\n" + metrics.text()).find("\n" + line + "\n") != std::string::npos; }
  long lines(const std::string& begin) {
    const std::string text = "\n" + metrics.text();
    long count = 0;
    for (auto at = text.find("\n" + begin); at != std::string::npos; at = text.find("\n" + begin, at + 1)) ++count;
    return count;
  }
};

}  // namespace

TEST_CASE("What is counted, set and observed is in the text") {
  Fixture f;
  f.metrics.counter("podload_a_total", "How many a", {{"kind", "x"}}).add();
  f.metrics.counter("podload_a_total", "How many a", {{"kind", "x"}}).add(2);
  f.metrics.gauge("podload_b", "How much b").set(7);
  f.metrics.gauge("podload_b", "How much b").add(-2);
  f.metrics.histogram("podload_c_seconds", "How long c").observe(0.2);
  CHECK(f.has("# HELP podload_a_total How many a"));
  CHECK(f.has("# TYPE podload_a_total counter"));
  CHECK(f.has("podload_a_total{kind=\"x\"} 3"));
  CHECK(f.has("podload_b 5"));
  CHECK(f.has("podload_c_seconds_count 1"));
  CHECK(f.has("podload_c_seconds_bucket{le=\"0.1\"} 0"));
  CHECK(f.has("podload_c_seconds_bucket{le=\"0.25\"} 1"));
}

TEST_CASE("A label's value is escaped") {
  Fixture f;
  f.metrics.gauge("podload_b", "b", {{"cluster", "a\"b\\c\nd"}}).set(1);
  CHECK(f.has("podload_b{cluster=\"a\\\"b\\\\c\\nd\"} 1"));
}

TEST_CASE("A plugin's metrics have its name, also those that it reads") {
  Fixture f;
  Metrics& metrics = f.metrics.of_plugin("pod-load");
  metrics.counter("operations_total", "Operations").add();
  metrics.collect([](Metrics::Reading& reading) { reading.gauge("open", "Open", 4, {{"cluster", "c"}}); });
  CHECK(f.has("podload_pod_load_operations_total 1"));
  CHECK(f.has("podload_pod_load_open{cluster=\"c\"} 4"));
}

TEST_CASE("Series that a reader no longer shows are gone") {
  Fixture f;
  bool registered = true;
  f.metrics.collect([&](Metrics::Reading& reading) {
    if (registered) reading.gauge("podload_open", "Open", 1, {{"cluster", "c"}});
  });
  CHECK(f.lines("podload_open") == 1);
  registered = false;
  CHECK(f.metrics.text().find("podload_open") == std::string::npos);
}

TEST_CASE("Names, labels and help texts that Prometheus does not accept are refused") {
  Fixture f;
  CHECK(code_of([&] { f.metrics.counter("a-b", "x"); }) == "bad_metric");
  CHECK(code_of([&] { f.metrics.counter("1a", "x"); }) == "bad_metric");
  CHECK(code_of([&] { f.metrics.counter("a", ""); }) == "bad_metric");
  CHECK(code_of([&] { f.metrics.counter("a", "two\nlines"); }) == "bad_metric");
  CHECK(code_of([&] { f.metrics.counter("a", "x", {{"b-c", "d"}}); }) == "bad_metric");
  CHECK(code_of([&] { f.metrics.histogram("b", "x", {{"le", "1"}}); }) == "bad_metric");
  f.metrics.counter("c", "x");
  CHECK(code_of([&] { f.metrics.gauge("c", "x"); }) == "bad_metric");
}

TEST_CASE("A name has a bounded number of series, and counting beyond it is harmless") {
  Fixture f;
  for (std::size_t i = 0; i < Metrics::kMostSeries + 50; ++i)
    f.metrics.counter("podload_a_total", "a", {{"n", std::to_string(i)}}).add();
  CHECK(f.lines("podload_a_total{") == static_cast<long>(Metrics::kMostSeries));
  f.metrics.collect([](Metrics::Reading& reading) {
    for (std::size_t i = 0; i < Metrics::kMostSeries + 50; ++i)
      reading.gauge("podload_b", "b", 1, {{"n", std::to_string(i)}});
  });
  CHECK(f.lines("podload_b{") == static_cast<long>(Metrics::kMostSeries));
}

TEST_CASE("Two readers of one name are one family, and the same labels are shown once") {
  Fixture f;
  for (int i = 0; i < 2; ++i)
    f.metrics.collect([i](Metrics::Reading& reading) {
      reading.gauge("podload_a", "a", 1, {{"n", "same"}});
      reading.gauge("podload_a", "a", 1, {{"n", std::to_string(i)}});
    });
  CHECK(f.lines("# TYPE podload_a gauge") == 1);
  CHECK(f.lines("podload_a{") == 3);
}

TEST_CASE("A reader that throws loses only its own values, and is named in the log") {
  Fixture f;
  f.metrics.of_plugin("one").collect([](Metrics::Reading&) { throw std::runtime_error("broken"); });
  f.metrics.of_plugin("two").collect([](Metrics::Reading& reading) { reading.gauge("a", "a", 1); });
  CHECK(f.has("podload_two_a 1"));
  CHECK(f.log.has(R"("plugin":"one")"));
  CHECK(f.log.has("broken"));
}

TEST_CASE("The readers of a plugin that has stopped are not called") {
  Fixture f;
  int calls = 0;
  f.metrics.of_plugin("one").collect([&](Metrics::Reading&) { ++calls; });
  f.metrics.of_plugin("two").collect([&](Metrics::Reading&) { calls += 10; });
  f.metrics.forget("one");
  f.metrics.text();
  CHECK(calls == 10);
  f.metrics.forget_plugins();
  f.metrics.text();
  CHECK(calls == 10);
}
