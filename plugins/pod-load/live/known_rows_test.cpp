#include "live/known_rows.hpp"

#include <catch2/catch.hpp>

using podload::pod_load::KnownRows;

TEST_CASE("only the rows that differ are changes, and those that are missing are gone") {
  KnownRows rows;
  CHECK(rows.take({{"a", R"({"n":1})"}, {"b", R"({"n":2})"}}) == R"("changed":[{"n":1},{"n":2}],"gone":[])");
  CHECK(rows.take({{"a", R"({"n":1})"}, {"b", R"({"n":2})"}}).empty());
  CHECK(rows.take({{"a", R"({"n":1})"}, {"b", R"({"n":3})"}}) == R"("changed":[{"n":3}],"gone":[])");
  CHECK(rows.take({{"b", R"({"n":3})"}, {"c", R"({"n":4})"}}) == R"("changed":[{"n":4}],"gone":["a"])");
  CHECK(rows.take({}) == R"("changed":[],"gone":["b","c"])");
  CHECK(rows.take({}).empty());
}
