#include "log/log_time.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::audit;

namespace {

/// "BEGIN +SECONDS", or "bad".
std::string read(std::string_view text) {
  const auto moment = parse_log_time(text);
  if (!moment) return "bad";
  return rfc3339(moment->begin) + " +" +
         std::to_string(std::chrono::duration<double>(moment->length).count()).substr(0, 5);
}

}  // namespace

TEST_CASE("Times without a zone are UTC+8") {
  CHECK(read("2026-11-22") == "2026-11-21T16:00:00.000Z +86400");
  CHECK(read("2026-11-22 15:04") == "2026-11-22T07:04:00.000Z +60.00");
  CHECK(read("2026-11-22T15:04") == "2026-11-22T07:04:00.000Z +60.00");
  CHECK(read("2026-11-22 15:04:05") == "2026-11-22T07:04:05.000Z +1.000");
  CHECK(read("2026-11-22T15:04:05.123456") == "2026-11-22T07:04:05.123Z +0.001");
}

TEST_CASE("RFC 3339 has its zone, also if its plus arrived as a space") {
  CHECK(read("2026-11-22T07:04:05Z") == "2026-11-22T07:04:05.000Z +1.000");
  CHECK(read("2026-11-22T15:04:05.5+08:00") == "2026-11-22T07:04:05.500Z +0.001");
  CHECK(read("2026-11-22T15:04:05 08:00") == "2026-11-22T07:04:05.000Z +1.000");
  CHECK(read("2026-11-22T02:04:05-05:00") == "2026-11-22T07:04:05.000Z +1.000");
}

TEST_CASE("Any other text is nothing") {
  for (const std::string text :
       {"", "now", "2026", "2026-1-2", "2026-02-30", "2026-11-22T", "2026-11-22T25:00", "2026-11-22x10:00",
        "2026-11-22T10:00:00+8", "9999-12-31", "1066-10-14", "2026-11-22 10:00:00 ", "20261122T10", "-026-11-22",
        "2026-11-22T10:00:00Z; DROP", "\xE4\xBB\x8A\xE5\xA4\xA9\xE4\xB8\x8B\xE5\x8D\x88"}) {
    INFO(text);
    CHECK(read(text) == "bad");
  }
}

TEST_CASE("Microseconds are kept") {
  CHECK(utc_micros(parse_log_time("2026-11-22T15:04:05.123456")->begin) == "2026-11-22T07:04:05.123456Z");
  CHECK(utc_micros(parse_log_time("2026-11-22")->begin) == "2026-11-21T16:00:00.000000Z");
}
