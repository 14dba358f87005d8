#include "podload/clock.hpp"

#include <catch2/catch.hpp>

using namespace podload;

namespace {

std::string read(std::string_view text) {
  const auto time = parse_rfc3339(text);
  return time ? rfc3339(*time) : "nothing";
}

}  // namespace

TEST_CASE("times are parsed as Kubernetes writes them, and with other time zones") {
  CHECK(read("2026-11-22T07:04:05Z") == "2026-11-22T07:04:05.000Z");
  CHECK(read("2026-11-22T07:04:05.123456789Z") == "2026-11-22T07:04:05.123Z");
  CHECK(read("2026-11-22T15:04:05+08:00") == "2026-11-22T07:04:05.000Z");
  CHECK(read("1970-01-01T00:00:00+23:59") == "1969-12-31T00:01:00.000Z");
  CHECK(read("2200-12-31T23:59:60.999999999-23:59") == "2201-01-01T23:59:00.999Z");
}

TEST_CASE("a time out of a nanosecond clock's range, or an invalid one, is nothing") {
  for (const char* text : {"9114-09-17T17:37:14Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2201-01-01T00:00:00Z",
                           "2026-11-22T07:04:05+99:00", "2026-11-22T07:04:05+00:99", "2026-02-29T07:04:05Z", "2026-11-22T24:00:00Z",
                           "2026-11-22", "", "-026-11-22T07:04:05Z", "2026-11-22T07:04:05", "2026-11-22T07:04:05Z "}) {
    INFO(text);
    CHECK(read(text) == "nothing");
  }
}
