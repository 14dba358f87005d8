#include "podload/quantity.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace podload;

TEST_CASE("Quantities are exact") {
  const auto whole = [](std::string_view text) { return parse_quantity(text, QuantityUnit::whole); };
  const auto milli = [](std::string_view text) { return parse_quantity(text, QuantityUnit::thousandths); };
  CHECK(milli("100m") == 100);
  CHECK(milli("0.1") == 100);
  CHECK(milli("1.5") == 1500);
  CHECK(milli("2k") == 2'000'000);
  CHECK(milli("100u") == 1);  // rounded up, as Kubernetes does
  CHECK(milli("1500u") == 2);
  CHECK(milli("1n") == 1);
  CHECK(milli("0") == 0);
  CHECK(milli(".5") == 500);
  CHECK(milli("5.") == 5000);
  CHECK(milli("+3") == 3000);
  CHECK(milli("-250m") == -250);
  CHECK(milli("1e3") == 1'000'000);
  CHECK(milli("12E-3") == 12);
  CHECK(whole("128Mi") == 128 << 20);
  CHECK(whole("0.5Gi") == 512 << 20);
  CHECK(whole("1.1Ki") == 1127);  // 1126.4
  CHECK(whole("129M") == 129'000'000);
  CHECK(whole("128974848") == 128974848);
  CHECK(whole("9007199254740993") == 9007199254740993);  // more than a double can hold exactly
  CHECK(whole("7Ei") == std::int64_t(7) << 60);
  CHECK(whole("1E") == 1'000'000'000'000'000'000);
  CHECK(whole("1m") == 1);
  for (const char* end : {"8Ei", "100E", "99999999999999999999", "1e50", "123456789012345678901234567890"}) CHECK(whole(end) == std::numeric_limits<std::int64_t>::max());
  CHECK(whole("0.000000000000000000000000000001") == 1);
  for (const char* none : {"", "m", "-", "1.2.3", "1 Gi", "Gi", "1gi", "0x10", "1e", "1e99", "inf", "nan"}) {
    INFO(none);
    CHECK_FALSE(milli(none));
  }
  CHECK(add_quantities(1, 2) == 3);
  CHECK(add_quantities(std::numeric_limits<std::int64_t>::max(), 1) == std::numeric_limits<std::int64_t>::max());
}
