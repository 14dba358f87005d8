#include "podload/ids.hpp"

#include <catch2/catch.hpp>

using namespace podload;

TEST_CASE("Base64 round trip; text that is not base64 yields nothing") {
  for (const std::string& text : {std::string(), std::string("a"), std::string("ab"), std::string("abc"), std::string("\0\xff\n", 3)}) {
    std::string back = "before";
    CHECK(decode_base64(base64(text), back));
    CHECK(back == text);
  }
  std::string lines;
  CHECK((decode_base64("YW\nJj\r\n", lines) && lines == "abc"));
  for (const char* wrong : {"YWJj%", "YWJjZ", "YQ=", "YQ===", "YQ==YQ==", "=", "YWJ\xC3\xA9"}) {
    std::string bytes = "before";
    INFO(wrong);
    CHECK_FALSE(decode_base64(wrong, bytes));
    CHECK(bytes.empty());
  }
}
