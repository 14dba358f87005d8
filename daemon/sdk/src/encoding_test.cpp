#include "podload/encoding.hpp"

#include <catch2/catch.hpp>

using namespace podload;

TEST_CASE("Base64 and hex: what RFC 4648 says, and back") {
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64url("\xfb\xff\xfe") == "-__-");
  CHECK(base64url("foob") == "Zm9vYg");
  CHECK(hex(std::string_view("\0\x7f\xff", 3)) == "007fff");
  for (const std::string& text : {std::string(), std::string("a"), std::string("ab"), std::string("abc"), std::string("\0\xff\n", 3)}) {
    CHECK(decode_base64(base64(text)) == text);
    CHECK(decode_base64url(base64url(text)) == text);
  }
}

TEST_CASE("text that is not base64 is nothing; line ends are ignored where files have them") {
  CHECK(decode_base64("YW\nJj\r\n") == "abc");
  CHECK(decode_base64("YWI\n=\n") == "ab");
  CHECK(decode_base64("YR==") == "a");  // as kubectl does
  CHECK(decode_base64("YWJ=") == "ab");
  CHECK(decode_base64(std::string_view("YW\0Jj", 5)) == std::nullopt);
  for (const char* wrong : {"YWJj%", "YWJjZ", "YQ=", "YQ===", "YQ==YQ==", "=", "YWJ\xC3\xA9", "YQ", "-__-", "===="}) {
    INFO(wrong);
    CHECK(decode_base64(wrong) == std::nullopt);
  }
  for (const char* wrong : {"Zm9vYg==", "Zm9v\n", "+//+", "Z"}) {
    INFO(wrong);
    CHECK(decode_base64url(wrong) == std::nullopt);
  }
}

TEST_CASE("percent escapes: all but unreserved characters, and back; half an escape is nothing") {
  CHECK(percent_encode("a b/\xC3\xA9~") == "a%20b%2F%C3%A9~");
  CHECK(percent_decode("a%20b%2f%C3%A9~") == "a b/\xC3\xA9~");
  CHECK(percent_decode("%00") == std::string(1, '\0'));
  for (const char* wrong : {"%", "%4", "a%zz", "%%41", "%-1"}) {
    INFO(wrong);
    CHECK(percent_decode(wrong) == std::nullopt);
  }
}
