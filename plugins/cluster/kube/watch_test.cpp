#include "kube/watch.hpp"

#include <catch2/catch.hpp>
#include <vector>

using podload::SteadyTime;
using podload::cluster::LineSplitter;
using podload::cluster::Pace;

TEST_CASE("lines arrive complete, however the stream is split") {
  const std::string stream = "{\"a\":1}\n\n{\"b\":22}\n{\"c\"";
  for (std::size_t step = 1; step <= stream.size(); ++step) {
    LineSplitter lines(100);
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < stream.size(); at += step)
      CHECK(lines.feed(std::string_view(stream).substr(at, step), [&](std::string_view line) { seen.emplace_back(line); }, [] { return true; }));
    CHECK(seen == std::vector<std::string>{"{\"a\":1}", "{\"b\":22}"});
  }
}

TEST_CASE("a line over the limit, and a reader that stops") {
  const auto ignore = [](std::string_view) {};
  const auto always = [] { return true; };
  CHECK_FALSE(LineSplitter(4).feed("12345", ignore, always));
  CHECK_FALSE(LineSplitter(4).feed("12345\n", ignore, always));
  LineSplitter cut(4);
  CHECK(cut.feed("123", ignore, always));
  CHECK_FALSE(cut.feed("45\n", ignore, always));
  int seen = 0;
  LineSplitter(4).feed("1\n2\n3\n", [&](std::string_view) { ++seen; }, [&] { return seen < 2; });
  CHECK(seen == 2);
}

TEST_CASE("Lines that arrive faster than a cluster can change exceed the limit") {
  using namespace std::chrono_literals;
  SteadyTime now{};
  Pace lines;
  int taken = 0;
  while (lines.take(100, 1, now) && taken < 100'000) ++taken;
  CHECK(taken == 20'000);
  Pace bytes;
  CHECK(bytes.take(30'000'000, 1, now));
  CHECK_FALSE(bytes.take(3'000'000, 1, now));
  Pace steady;
  for (int i = 0; i < 100'000; ++i, now += 1ms) CHECK(steady.take(1000, 1, now));
}
