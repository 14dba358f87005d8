#include "podload/ids.hpp"

#include <catch2/catch.hpp>

using namespace podload;

TEST_CASE("identifiers are UUIDs of version 4, each another") {
  const std::string one = new_uuid(), other = new_uuid();
  CHECK(one != other);
  CHECK(is_uuid(one));
  CHECK(one[14] == '4');
  CHECK(std::string("89ab").find(one[19]) != std::string::npos);
  for (const char* wrong : {"", "00000000-0000-0000-0000-00000000000", "00000000-0000-0000-0000-00000000000g", "00000000_0000-0000-0000-000000000000"})
    CHECK_FALSE(is_uuid(wrong));
}
