#include "chain/sealer.hpp"

#include <catch2/catch.hpp>

#include "chain/chain_testing.hpp"

using namespace podload;
using namespace podload::audit;

namespace {

/// A connection with the daemon's role that a test keeps open.
pqxx::connection daemon_connection() {
  return pqxx::connection(std::string(std::getenv("PODLOAD_TEST_DATABASE")) + " options='-c role=podloadd'");
}

std::string sealed_ids(ChainedLog& log) {
  return log.database->as_owner("SELECT string_agg(row_id::text, ' ' ORDER BY number) FROM audit.seals")[0][0].c_str();
}

}  // namespace

TEST_CASE("Rows are sealed once, in batches", "[database]") {
  ChainedLog log;
  CHECK(log.seal() == 0);
  log.write(3);
  CHECK(log.seal() == 3);
  CHECK(log.seal() == 0);
  log.database->as_owner(
      "INSERT INTO audit.rows (phase, action, outcome, username) SELECT 'outcome', 'a', 'ok', 'x' FROM "
      "generate_series(1, 2500)");
  CHECK(log.seal() == 2500);
  CHECK(
      log.database->as_owner("SELECT count(*), max(number), count(DISTINCT row_id) FROM audit.seals")[0][1].as<int>() ==
      2503);
  CHECK(log.database->as_owner("SELECT count(*) FROM audit.unsealed")[0][0].as<int>() == 0);
  CHECK(log.faults().empty());
}

TEST_CASE("A row with a smaller id that commits later is sealed then", "[database]") {
  ChainedLog log;
  pqxx::connection connection = daemon_connection();
  pqxx::work late(connection);
  late.exec("INSERT INTO audit.rows (phase, action, outcome, username) VALUES ('outcome', 'a', 'ok', 'late')");
  log.write(2);
  CHECK(log.seal() == 2);
  late.commit();
  CHECK(log.seal() == 1);
  CHECK(sealed_ids(log) == "2 3 1");
  CHECK(log.faults().empty());
}

TEST_CASE("Only one daemon seals at a time", "[database]") {
  ChainedLog log;
  log.write(1);
  pqxx::connection connection = daemon_connection();
  {
    pqxx::work other(connection);
    REQUIRE(log.chain.lock_sealing(other));
    CHECK(log.seal() == 0);
    other.abort();
  }
  CHECK(log.seal() == 1);
}

TEST_CASE("The daemon's role can neither change seals or checkpoints, nor queue a row", "[database]") {
  ChainedLog log;
  log.write_and_seal(1);
  for (const std::string sql : {"UPDATE audit.seals SET number = 7", "DELETE FROM audit.seals", "TRUNCATE audit.seals",
                                "DELETE FROM audit.checkpoints", "UPDATE audit.checkpoints SET ordinal = 7",
                                "INSERT INTO audit.unsealed VALUES (9, now())"}) {
    INFO(sql);
    CHECK_THROWS_AS(log.database->transact([&](Transaction& tx) { tx.exec(sql); }), pqxx::insufficient_privilege);
  }
  for (const std::string sql : {"UPDATE audit.seals SET number = 7", "DELETE FROM audit.seals", "TRUNCATE audit.seals",
                                "DELETE FROM audit.checkpoints", "TRUNCATE audit.checkpoints"}) {
    INFO(sql);
    CHECK_THROWS_AS(log.database->as_owner(sql), pqxx::insufficient_privilege);
  }
}
