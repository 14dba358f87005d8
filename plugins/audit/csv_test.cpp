#include "csv.hpp"

#include <catch2/catch.hpp>

using namespace podload::audit;

TEST_CASE("Cells are quoted, and quotes doubled") {
  CHECK(csv_record({"a", "", "b,c", "say \"hi\"", "two\nlines", "\xE9\x87\x8D\xE5\x90\xAF"}) ==
        "\"a\",\"\",\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",\"\xE9\x87\x8D\xE5\x90\xAF\"\r\n");
}

TEST_CASE("What a spreadsheet would run is defused") {
  for (const std::string cell : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =cmd|' /C calc'!A0",
                                 "\xEF\xBC\x9D"
                                 "1"}) {
    INFO(cell);
    CHECK(csv_record({cell}).starts_with("\"'"));
  }
  for (const std::string cell : {"a=1", "2026-11-22T07:04:05Z", "pod/shop/web-1", "", "  ", "'quoted"}) {
    INFO(cell);
    CHECK(csv_record({cell}) == "\"" + cell + "\"\r\n");
  }
}
