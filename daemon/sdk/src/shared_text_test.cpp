#include "podload/shared_text.hpp"

#include <catch2/catch.hpp>
#include <zlib.h>

using namespace podload;

namespace {

std::string unpacked(const std::string& packed, std::size_t size) {
  std::string plain(size + 1, '\0');
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, MAX_WBITS + 16) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

}  // namespace

TEST_CASE("a shared text is the same bytes, plain and compressed") {
  std::string noise;
  for (unsigned i = 0, value = 1; i < 100'000; ++i) noise += static_cast<char>((value = value * 1103515245U + 12345U) >> 16U);
  for (const std::string& plain : {std::string(), std::string("x"), std::string(1'000'000, ' '), noise}) {
    const auto shared = SharedText::make(plain);
    CHECK(shared->plain() == plain);
    CHECK(unpacked(shared->gzip(), plain.size()) == plain);
    CHECK(shared->etag() == etag_of(plain));
  }
  CHECK(SharedText::make(std::string(1'000'000, ' '))->gzip().size() < 2'000);
}

TEST_CASE("an ETag is equal for equal bytes only, and is in RFC 9110's form") {
  CHECK(etag_of("a") == etag_of("a"));
  CHECK(etag_of("a") != etag_of("b"));
  CHECK(etag_of("") != etag_of("a"));
  CHECK(etag_of("a").size() == 36);
  CHECK(etag_of("a").substr(0, 3) == "W/\"");
}
