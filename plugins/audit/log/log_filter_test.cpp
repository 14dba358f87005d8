#include "log/log_filter.hpp"

#include <catch2/catch.hpp>

#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload_testing/request.hpp"

using namespace podload;
using namespace podload::audit;

namespace {

std::string refused(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return "taken";
}

}  // namespace

TEST_CASE("Both spellings of an action are equal") {
  CHECK(action_name("remove-load") == "remove_load");
  CHECK(action_name("remove_load") == "remove_load");
  CHECK(action_name("").empty());
}

TEST_CASE("A query becomes a filter; empty fields do not filter") {
  testing::TestRequest request;
  request.query = {
      {"start_time", "2026-11-22"}, {"end_time", "2026-11-22"}, {"action", "remove-load"}, {"user", ""}, {"q", "Web"}};
  const LogFilter filter = filter_of(request);
  CHECK(filter.from == "2026-11-21T16:00:00.000000Z");
  CHECK(filter.until == "2026-11-22T16:00:00.000000Z");
  CHECK(filter.action == "remove_load");
  CHECK(filter.user.empty());
  CHECK(filter.json() ==
        Json{{"start_time", filter.from}, {"end_time", filter.until}, {"action", "remove_load"}, {"q", "Web"}});
  CHECK(LogFilter().json() == Json::object());
}

TEST_CASE("An invalid time is refused and named") {
  testing::TestRequest request;
  request.query = {{"end_time", "yesterday"}};
  try {
    filter_of(request);
    FAIL();
  } catch (const Error& error) {
    CHECK(error.code() == "bad_time");
    CHECK(error.args() == Json{{"name", "end_time"}});
  }
}

TEST_CASE("A cursor is parsed to the position that it was made from") {
  const auto position = position_of(cursor_of({"2026-11-22T07:04:05.123456Z", 42}));
  REQUIRE(position);
  CHECK(position->at == "2026-11-22T07:04:05.123456Z");
  CHECK(position->id == 42);
  CHECK_FALSE(position_of(""));
  for (const std::string text : {"x", "$$$$", "AAAA", "2026-11-22T07:04:05Z,1"})
    CHECK(refused([&] { position_of(text); }) == "bad_cursor");
  CHECK(refused([&] { position_of(base64url("2026-11-22T07:04:05Z,1x")); }) == "bad_cursor");
  CHECK(refused([&] { position_of(base64url("infinity,1")); }) == "bad_cursor");
}
