// For tests of the chain: a log on a real PostgreSQL server that tests write, seal, sign and tamper with.
#pragma once

#include <memory>
#include <string>

#include "chain/checkpoint_writer.hpp"
#include "chain/sealer.hpp"
#include "chain/verifier.hpp"
#include "log/audit_store.hpp"
#include "podload_testing/database.hpp"

namespace podload::audit {

class ChainedLog {
 public:
  ChainedLog() : database(testing::test_database("audit", PODLOAD_SQL)) {}

  void write(int rows, const std::string& action = "remove_load") {
    for (int i = 0; i < rows; ++i) {
      AuditEntry entry;
      entry.action = action;
      entry.outcome = "ok";
      entry.username = "user-" + std::to_string(++written_);
      entry.operation = "00000000-0000-4000-8000-000000000000";
      entry.details = {{"number", written_}};
      database->transact([&](Transaction& tx) { store.record(tx, entry); });
    }
  }
  std::size_t seal() { return Sealer(*database, chain).run(); }
  std::optional<StoredCheckpoint> checkpoint() { return CheckpointWriter(*database, chain, key).make(); }
  void write_and_seal(int rows) {
    write(rows);
    seal();
    checkpoint();
  }

  /// As the tables' owner would.
  void allow(int months) { database->as_owner("INSERT INTO audit.retentions (months) VALUES (" + std::to_string(months) + ")"); }

  /// As a superuser who knows the database well would: no trigger runs.
  void tamper(const std::string& sql) {
    database->as_owner("SET LOCAL session_replication_role = replica; " + sql, "NONE");
  }

  Verdict verify(const std::vector<FiledCheckpoint>& anchor = {}) {
    const auto allowances = database->transact([&](Transaction& tx) { return store.allowances(tx); });
    return Verifier(*database, chain, key, allowances).run(anchor);
  }
  /// What verify() found: "row_changed 3, row_removed 4".
  std::string faults(const std::vector<FiledCheckpoint>& anchor = {}) {
    std::string text;
    for (const Fault& fault : verify(anchor).faults)
      text += (text.empty() ? "" : ", ") + fault.code.substr(7) +
              (fault.args.contains("id") ? " " + fault.args.at("id").dump() : "");
    return text;
  }

  std::unique_ptr<testing::TestDatabase> database;
  AuditStore store;
  ChainStore chain;
  SigningKey key{Secret(std::string(32, 'k'))};

 private:
  int written_ = 0;
};

}  // namespace podload::audit
