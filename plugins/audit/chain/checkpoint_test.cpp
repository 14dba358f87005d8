#include "chain/checkpoint.hpp"

#include <catch2/catch.hpp>


using namespace podload;
using namespace podload::audit;

namespace {

const SigningKey kKey(Secret(std::string(32, 'k')));
const SigningKey kOther(Secret(std::string(32, 'o')));

Checkpoint checkpoint() {
  return {3,
          "2026-11-22T07:04:05.000001Z",
          "",
          12,
          std::string(64, 'a'),
          14,
          "2026-11-22T07:04:04Z",
          "2026-11-22T07:04:05Z",
          {"2025-01"}};
}

}  // namespace

TEST_CASE("A checkpoint is parsed from its line unchanged") {
  const StoredCheckpoint stored = signed_by(kKey, checkpoint());
  CHECK(stored.ordinal == 3);
  const auto back = read_line(line_of(stored));
  REQUIRE(back);
  CHECK(back->statement == stored.statement);
  CHECK(back->signature == stored.signature);
  CHECK(kKey.verifies(back->statement, back->signature));
  const auto read = read_statement(back->statement);
  REQUIRE(read);
  CHECK(read->rows == 12);
  CHECK(read->hash == std::string(64, 'a'));
  CHECK(read->installation == kKey.name());
  CHECK(read->months == std::vector<std::string>{"2025-01"});
}

TEST_CASE("Only its own key signs, and only signed text verifies") {
  const StoredCheckpoint stored = signed_by(kKey, checkpoint());
  CHECK_FALSE(kOther.verifies(stored.statement, stored.signature));
  CHECK_FALSE(kKey.verifies(stored.statement + " ", stored.signature));
  CHECK_FALSE(kKey.verifies(stored.statement, std::string(64, '\0')));
  CHECK_FALSE(kKey.verifies(stored.statement, ""));
  CHECK(kKey.name() != kOther.name());
  CHECK(kKey.public_pem().starts_with("-----BEGIN PUBLIC KEY-----\n"));
  CHECK_THROWS_AS(SigningKey(Secret("short")), std::invalid_argument);
}

TEST_CASE("A line that is not a checkpoint is nothing") {
  for (const std::string text : {"", " ", "x {}", "AAAA {}", "AAAA {\"checkpoint\":1}", "AAAA not json", "AAAA []"})
    CHECK_FALSE(read_line(text));
}
