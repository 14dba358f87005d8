#include "chain/chain.hpp"

#include <catch2/catch.hpp>

#include "podload/encoding.hpp"


using namespace podload;
using namespace podload::audit;

TEST_CASE("The chain's computation never changes") {
  // Computed by sha256sum from the form that chain.cpp describes.
  const ChainRow row{7, "t", {"7", "t", std::nullopt, ""}};
  CHECK(hex(digest_of(row.columns)) == "adaa4ca34dc86a32f1bb269b3e21fe548f66ad63629e8cb89b3370586c687fa0");
  const Seal seal = seal_after(chain_start(), row);
  CHECK(seal.number == 1);
  CHECK(seal.row_id == 7);
  CHECK(hex(seal.hash) == "9fe507dd4c01aa8df0276a40c349ac2aaccae40e4c2753cddd2662aec4731d84");
}

TEST_CASE("No two rows have the same form") {
  CHECK(digest_of({"a", "b"}) != digest_of({"ab", ""}));
  CHECK(digest_of({std::nullopt}) != digest_of({""}));
  CHECK(digest_of({"-"}) != digest_of({std::nullopt}));
  CHECK(digest_of({"1:x,"}) != digest_of({"x"}));
}

TEST_CASE("A hash depends on the previous one, the place and the row") {
  const ChainRow row{1, "t", {"1"}}, other{1, "t", {"2"}};
  const Seal first = seal_after(chain_start(), row);
  CHECK(first.hash != seal_after(chain_start(), other).hash);
  CHECK(first.hash != seal_after(first, row).hash);
  Seal moved = chain_start();
  moved.number = 1;
  CHECK(first.hash != seal_after(moved, row).hash);
}
