#include "podload/text.hpp"

#include <catch2/catch.hpp>

using namespace podload;

TEST_CASE("Ordinary text stays unchanged") {
  CHECK(clean_text("", 10).empty());
  CHECK(clean_text("root@10.0.0.1", 64) == "root@10.0.0.1");
  CHECK(clean_text("\u8fd0\u7ef4 \U0001F600", 64) == "\u8fd0\u7ef4 \U0001F600");
}

TEST_CASE("Characters that cannot be stored or could deceive a reader are replaced") {
  CHECK(clean_text(std::string("a\0b\nc\x7f", 6), 64) == "a\uFFFDb\uFFFDc\uFFFD");
  CHECK(clean_text("a\u202Egnp", 64) == "a\uFFFDgnp");
  CHECK(clean_text("\u0085", 64) == "\uFFFD");
  CHECK(clean_text("\xff\xc0\xaf", 64) == "\uFFFD\uFFFD\uFFFD");              // not UTF-8, overlong
  CHECK(clean_text("\xed\xa0\x80", 64) == "\uFFFD\uFFFD\uFFFD");              // a surrogate
  CHECK(clean_text("\xe4\xb8", 64) == "\uFFFD\uFFFD");                        // cut in the middle
  CHECK(clean_text("\xf4\x90\x80\x80", 64) == "\uFFFD\uFFFD\uFFFD\uFFFD");    // past the last plane
}

TEST_CASE("A long text is cut between characters") {
  CHECK(clean_text("\u8fd0\u7ef4\u7ec4", 3) == "\u8fd0\u7ef4\u7ec4");
  CHECK(clean_text("\u8fd0\u7ef4\u7ec4", 2) == "\u8fd0\u7ef4\u2026");
  CHECK(code_points("\u8fd0\u7ef4\u7ec4") == 3);
  CHECK(code_points("\xff\xff") == 2);
}

TEST_CASE("Only ASCII letters become lower case") {
  CHECK(podload::lower_case("AbZ09-\u00C4\u4e2d") == "abz09-\u00C4\u4e2d");
}
