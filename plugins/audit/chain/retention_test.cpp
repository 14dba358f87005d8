#include "chain/retention.hpp"

#include <catch2/catch.hpp>

#include "chain/chain_testing.hpp"
#include "podload/error.hpp"

using namespace podload;
using namespace podload::audit;

namespace {

/// A log with sealed rows of two old months and of today.
class AgedLog : public ChainedLog {
 public:
  AgedLog() {
    import("2025-03-04T05:06:07.000000Z", 'a');
    import("2025-03-31T23:59:59.999999Z", 'b');
    import("2025-04-01T00:00:00.000000Z", 'c');
    write_and_seal(2);
    allow(3);
  }
  std::vector<std::string> run(int months) {
    const CheckpointWriter writer(*database, chain, key);
    return Retention(*database, store, chain, writer).run(months, {});
  }
  int rows() { return database->as_owner("SELECT count(*) FROM audit.rows")[0][0].as<int>(); }
  void drop(const std::string& month) {
    database->transact([&](Transaction& tx) { store.drop_month(tx, month); });
  }

 private:
  void import(const std::string& at, char source) {
    database->transact([&](Transaction& tx) {
      store.import(tx, {at, std::string(32, source), "a", "u", "", Json::object()});
    });
  }
};

}  // namespace

TEST_CASE("Old months are deleted, with a signed statement and a row that reports it; the chain stays intact", "[database]") {
  AgedLog log;
  CHECK(log.run(1200).empty());
  CHECK(log.rows() == 5);
  CHECK(log.run(3) == std::vector<std::string>{"2025-03", "2025-04"});
  CHECK(log.rows() == 4);  // two of today, two that report the deletion
  const LogRow row =
      log.database->transact([&](Transaction& tx) { return log.store.page(tx, {}, std::nullopt, 1).rows[0]; });
  CHECK(row.entry.action == "drop_old_logs");
  CHECK(row.entry.details == Json{{"month", "2025-04"}, {"rows_dropped", 1}, {"months_kept", 3}});
  CHECK(log.run(3).empty());
  log.seal();
  const Verdict verdict = log.verify();
  CHECK(verdict.fault_count == 0);
  CHECK(verdict.dropped == 3);
  CHECK(verdict.rows == 4);
}

TEST_CASE("A month is deleted only if that is allowed", "[database]") {
  AgedLog log;
  const auto refused = [&](const std::string& month, const std::string& why) {
    INFO(month);
    CHECK_THROWS_WITH(log.drop(month), Catch::Contains(why));
  };
  const std::string current =
      log.database->as_owner("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM')")[0][0].c_str();
  refused("2025-03", "no checkpoint says");
  refused(current, "too young");
  refused("default", "no such month");
  refused("1999-01", "no such month");
  log.database->transact([&](Transaction& tx) {
    log.chain.add(tx, signed_by(log.key, [] {
                    Checkpoint one;
                    one.ordinal = 2;
                    one.rows = 5;
                    one.months = {"2025-03"};
                    return one;
                  }()));
    log.store.import(tx, {"2025-03-05T00:00:00Z", std::string(32, 'd'), "a", "u", "", Json::object()});
  });
  refused("2025-03", "no seal");
  log.seal();
  log.drop("2025-03");
  CHECK(log.rows() == 3);
}

TEST_CASE("Without the tables' owner's permission nothing is deleted, whatever the daemon's configuration says", "[database]") {
  AgedLog log;
  const auto code = [&](int months) {
    try {
      log.run(months);
      return std::string();
    } catch (const Error& error) {
      return error.code();
    }
  };
  log.allow(0);
  CHECK(code(3) == "retention_not_allowed");
  log.allow(12);
  CHECK(code(3) == "retention_not_allowed");
  CHECK(log.rows() == 5);
  // The daemon's role with the installation's key, bypassing the daemon's code:
  log.allow(0);
  log.database->transact([&](Transaction& tx) {
    Checkpoint one;
    one.ordinal = 2;
    one.rows = 5;
    one.months = {"2025-03"};
    log.chain.add(tx, signed_by(log.key, one));
  });
  CHECK_THROWS_WITH(log.drop("2025-03"), Catch::Contains("audit.retentions does not allow it"));
  for (const char* sql : {"INSERT INTO audit.retentions (months) VALUES (3)", "UPDATE audit.retentions SET months = 3", "DELETE FROM audit.retentions"}) {
    INFO(sql);
    CHECK_THROWS_WITH(log.database->transact([&](Transaction& tx) { tx.exec(sql); }), Catch::Contains("permission denied"));
  }
  log.allow(1200);
  CHECK_THROWS_WITH(log.drop("2025-03"), Catch::Contains("too young"));
  CHECK(log.rows() == 5);
}

TEST_CASE("A month that was deleted without permission is named, signed or not", "[database]") {
  AgedLog log;
  log.allow(0);
  CheckpointWriter(*log.database, log.chain, log.key).make({"2025-03"});  // the key signs any announcement
  log.tamper("DROP TABLE audit.rows_2025_03");
  CHECK(log.faults() == "month_unexplained");
  CHECK(log.verify().faults[0].args == Json{{"month", "2025-03"}, {"checkpoint", 2}});
}

TEST_CASE("A permission in force when a month was deleted explains it, also after the permission changed") {
  const std::vector<Allowance> allowances{{"2026-01-01T00:00:00.000000Z", 6}, {"2026-06-01T00:00:00.000000Z", 0}};
  CHECK(months_allowed(allowances, "2025-12-31T00:00:00.000000Z") == 0);
  CHECK(months_allowed(allowances, "2026-03-01T00:00:00.000000Z") == 6);
  CHECK(months_allowed(allowances, "2026-07-01T00:00:00.000000Z") == 0);
  CHECK(older_than("2025-08", 6, "2026-03-01T00:00:00.000000Z"));
  CHECK_FALSE(older_than("2025-09", 6, "2026-03-01T00:00:00.000000Z"));
}

TEST_CASE("A month deleted under an unsigned statement is found", "[database]") {
  AgedLog log;
  Checkpoint forged;
  forged.ordinal = 2;
  forged.rows = 5;
  forged.months = {"2025-03"};
  log.database->transact(
      [&](Transaction& tx) { log.chain.add(tx, signed_by(SigningKey(Secret(std::string(32, 'o'))), forged)); });
  log.drop("2025-03");
  CHECK(log.faults() == "row_removed 1, row_removed 2, checkpoint_forged");
}
