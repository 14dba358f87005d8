#include "audit_store.hpp"

#include <catch2/catch.hpp>

#include "podload/ids.hpp"
#include "podload_testing/database.hpp"

using namespace podload;
using namespace podload::audit;

namespace {

AuditEntry removal() {
  AuditEntry entry;
  entry.operation = new_uuid();
  entry.action = "remove-load";
  entry.outcome = "removed";
  entry.username = "ann";
  entry.user_id = new_uuid();
  entry.credential = "session:1";
  entry.address = "192.0.2.7";
  entry.request_id = "abc";
  entry.cluster_id = new_uuid();
  entry.cluster = "east";
  entry.name_space = "shop";
  entry.resource = "pod/shop/web-1";
  entry.reason = "heap dump";
  entry.details = {{"services", {"web"}}, {"ms", 12}};
  return entry;
}

}  // namespace

TEST_CASE("Both spellings of an action are one") {
  CHECK(action_name("remove-load") == "remove_load");
  CHECK(action_name("remove_load") == "remove_load");
  CHECK(action_name("").empty());
}

TEST_CASE("Rows are kept whole and told newest first", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  if (!database) return;
  AuditStore store;
  const AuditEntry entry = removal();
  AuditEntry attempt;
  attempt.phase = AuditEntry::Phase::attempt;
  attempt.action = "delete_cluster";
  database->transact([&](Transaction& tx) { store.record(tx, entry); });
  database->transact([&](Transaction& tx) { store.record(tx, attempt); });

  const auto rows = database->transact([&](Transaction& tx) { return store.newest(tx, "", 10); });
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].entry.action == "delete_cluster");
  CHECK(rows[0].entry.phase == AuditEntry::Phase::attempt);
  const AuditEntry& back = rows[1].entry;
  CHECK(rows[1].id < rows[0].id);
  CHECK(rows[1].at.size() == 24);
  CHECK(back.action == "remove_load");
  CHECK(back.operation == entry.operation);
  CHECK(back.outcome == entry.outcome);
  CHECK(back.username == entry.username);
  CHECK(back.user_id == entry.user_id);
  CHECK(back.credential == entry.credential);
  CHECK(back.address == entry.address);
  CHECK(back.request_id == entry.request_id);
  CHECK(back.cluster_id == entry.cluster_id);
  CHECK(back.cluster == entry.cluster);
  CHECK(back.name_space == entry.name_space);
  CHECK(back.resource == entry.resource);
  CHECK(back.reason == entry.reason);
  CHECK(back.details == entry.details);

  const auto of_action = [&](const std::string& action) {
    return database->transact([&](Transaction& tx) { return store.newest(tx, action, 10).size(); });
  };
  CHECK(of_action("remove_load") == 1);
  CHECK(of_action("logout") == 0);
}

TEST_CASE("No bytes that a stranger sent lose a row", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  if (!database) return;
  AuditStore store;
  AuditEntry entry;
  entry.action = "login_failed";
  entry.outcome = "failed";
  entry.username = std::string("<b>\0\xff'; DROP", 12);
  entry.user_id = "nobody";
  entry.details = {{"agent", std::string("\0\x1b[2J\xc3", 6)}, {std::string("k\0", 2), std::string(9000, 'x')}};
  database->transact([&](Transaction& tx) { store.record(tx, entry); });
  const auto rows = database->transact([&](Transaction& tx) { return store.newest(tx, "", 10); });
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].entry.username == "<b>\uFFFD\uFFFD'; DROP");
  CHECK(rows[0].entry.details.at("agent") == "\uFFFD\uFFFD[2J\uFFFD");
}

TEST_CASE("The log is append-only", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  if (!database) return;
  AuditStore store;
  database->transact([&](Transaction& tx) { store.record(tx, removal()); });
  const std::string partition =
      database->as_owner("SELECT tableoid::regclass::text FROM audit.rows LIMIT 1")[0][0].as<std::string>();

  for (const std::string sql : {"UPDATE audit.rows SET username = 'x'", "DELETE FROM audit.rows", "TRUNCATE audit.rows",
                                "INSERT INTO audit.rows (at, phase, action, outcome, username) VALUES (now(), 'outcome', 'a', 'ok', 'x')"}) {
    INFO(sql);
    CHECK_THROWS_AS(database->transact([&](Transaction& tx) { tx.exec(sql); }), pqxx::insufficient_privilege);
  }
  for (const std::string& sql : {std::string("UPDATE audit.rows SET username = 'x'"), std::string("DELETE FROM audit.rows"),
                                 std::string("TRUNCATE audit.rows"), "DELETE FROM " + partition, "TRUNCATE " + partition}) {
    INFO(sql);
    CHECK_THROWS_AS(database->as_owner(sql), pqxx::insufficient_privilege);
  }
  CHECK(database->as_owner("SELECT count(*) FROM audit.rows")[0][0].as<int>() == 1);
}

TEST_CASE("A month is ready before it comes, and none is refused", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  if (!database) return;
  AuditStore store;
  const auto made = [&] { return database->transact([&](Transaction& tx) { return store.make_partitions(tx); }); };
  const auto count = [&] {
    return database->as_owner("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit.rows'::regclass")[0][0].as<int>();
  };
  CHECK(count() == 4);
  CHECK(made().empty());

  const std::string this_month = "'audit.rows_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')";
  const std::string name = database->as_owner("SELECT " + this_month)[0][0].as<std::string>();
  database->as_owner("DROP TABLE " + name);
  database->transact([&](Transaction& tx) { store.record(tx, removal()); });  // goes to the default partition
  CHECK(made().empty());                                                      // and keeps its month there
  CHECK(database->transact([&](Transaction& tx) { return store.newest(tx, "", 10); }).size() == 1);

  const std::string next = database->as_owner(
      "SELECT 'audit.rows_' || to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month', 'YYYY_MM')")[0][0].as<std::string>();
  database->as_owner("DROP TABLE " + next);
  CHECK(made() == std::vector<std::string>{next.substr(6)});
  CHECK_THROWS_AS(database->as_owner("TRUNCATE " + next), pqxx::insufficient_privilege);
}
