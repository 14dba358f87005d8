#include "log/csv.hpp"

#include <catch2/catch.hpp>
#include <utility>

using namespace podload::audit;

TEST_CASE("Cells are quoted, and quotes doubled") {
  CHECK(csv_record({"a", "", "b,c", "say \"hi\"", "two\nlines", "\xE9\x87\x8D\xE5\x90\xAF"}) ==
        "\"a\",\"\",\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",\"\xE9\x87\x8D\xE5\x90\xAF\"\r\n");
}

TEST_CASE("Formulas that a spreadsheet would run are defused") {
  for (const std::string cell : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =cmd|' /C calc'!A0",
                                 "\xEF\xBC\x9D"
                                 "1"}) {
    INFO(cell);
    CHECK(csv_record({cell}).starts_with("\"'"));
  }
  for (const auto& [cell, safe] : std::vector<std::pair<std::string, std::string>>{
           {"x;=1+1", "x;'=1+1"},
           {"x; =1", "x;' =1"},
           {"x\t@SUM(A1)", "x\t'@SUM(A1)"},
           {"x\n+1\r-1", "x\n'+1\r'-1"},
           {"a;b;\xEF\xBC\x8B" "1", "a;b;'\xEF\xBC\x8B" "1"},
           {";;=1", ";;'=1"},
           {"x;\"=1\"", "x;'\"\"=1\"\""}}) {
    INFO(cell);
    CHECK(csv_record({cell}).find(safe) != std::string::npos);
  }
  for (const std::string before : {"\x01", "\x1F", "\x7F", "\xC2\xA0", "\xE2\x80\x8B", "\xE3\x80\x80", "\xEF\xBB\xBF", "\xE2\x80\xAE", "\v\f", "\"", "\xFF"}) {
    INFO(before);
    CHECK(csv_record({before + "=1"}).starts_with("\"'"));
    CHECK(csv_record({"x;" + before + "-1"}).find(";'") != std::string::npos);
  }
  for (const std::string cell : {"a=1", "2026-11-22T07:04:05Z", "pod/shop/web-1", "", "  ", "'quoted", "a; b", "a;b=1", "[1,-2]", "x - 1"}) {
    INFO(cell);
    CHECK(csv_record({cell}) == "\"" + cell + "\"\r\n");
  }
}
