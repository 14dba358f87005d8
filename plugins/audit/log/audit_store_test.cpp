#include "log/audit_store.hpp"

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

std::vector<LogRow> newest(testing::TestDatabase& database, const LogFilter& filter = {}) {
  return database.transact([&](Transaction& tx) { return AuditStore().page(tx, filter, std::nullopt, 10).rows; });
}

/// The last letters of the operations on all pages, "|" between pages.
std::string paged(testing::TestDatabase& database, const LogFilter& filter, int most) {
  std::string seen;
  std::optional<LogPosition> after;
  do {
    const LogPage page = database.transact([&](Transaction& tx) { return AuditStore().page(tx, filter, after, most); });
    for (const LogRow& row : page.rows) seen += row.entry.resource.back();
    after = page.next;
    if (after) after = position_of(cursor_of(*after)), seen += "|";
  } while (after);
  return seen;
}

}  // namespace

TEST_CASE("Rows are stored completely and read newest first", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  AuditStore store;
  const AuditEntry entry = removal();
  AuditEntry attempt;
  attempt.phase = AuditEntry::Phase::attempt;
  attempt.action = "delete_cluster";
  database->transact([&](Transaction& tx) { store.record(tx, entry); });
  database->transact([&](Transaction& tx) { store.record(tx, attempt); });

  const auto rows = newest(*database);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].entry.action == "delete_cluster");
  CHECK(rows[0].entry.phase == AuditEntry::Phase::attempt);
  const AuditEntry& back = rows[1].entry;
  CHECK(rows[1].id < rows[0].id);
  CHECK(rows[1].at.size() == 27);
  CHECK_FALSE(rows[1].imported);
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

  CHECK(database->transact([&](Transaction& tx) { return store.actions(tx); }) ==
        std::vector<std::string>{"delete_cluster", "remove_load"});
}

TEST_CASE("Each filter finds its rows, and so do all together", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  AuditStore store;
  const AuditEntry entry = removal();
  AuditEntry other;
  other.action = "login_failed";
  other.outcome = "failed";
  other.username = "bob%_\\";
  database->transact([&](Transaction& tx) { store.record(tx, entry); });
  database->transact([&](Transaction& tx) { store.record(tx, other); });

  const auto count = [&](const std::function<void(LogFilter&)>& set) {
    LogFilter filter;
    set(filter);
    return newest(*database, filter).size();
  };
  CHECK(count([](LogFilter& f) { f.action = "remove_load"; }) == 1);
  CHECK(count([](LogFilter& f) { f.action = "logout"; }) == 0);
  CHECK(count([](LogFilter& f) { f.user = "ann"; }) == 1);
  CHECK(count([](LogFilter& f) { f.cluster = "east"; }) == 1);
  CHECK(count([](LogFilter& f) { f.outcome = "removed"; }) == 1);
  CHECK(count([](LogFilter& f) { f.address = "192.0.2.7"; }) == 1);
  CHECK(count([&](LogFilter& f) { f.operation = entry.operation; }) == 1);
  CHECK(count([](LogFilter& f) { f.operation = "none"; }) == 0);
  for (const std::string text : {"AN", "WEB-1", "heap D", "services", "\"ms\": 12"}) {
    INFO(text);
    CHECK(count([&](LogFilter& f) { f.q = text; }) == 1);
  }
  CHECK(count([](LogFilter& f) { f.q = "%_\\"; }) == 1);  // matched literally
  CHECK(count([](LogFilter& f) { f.q = "%"; }) == 1);
  CHECK(count([](LogFilter& f) { f.from = "2200-01-01T00:00:00Z"; }) == 0);
  CHECK(count([](LogFilter& f) { f.until = "1999-01-01T00:00:00Z"; }) == 0);
  CHECK(count([&](LogFilter& f) {
          f = {"1999-01-01T00:00:00Z",
               "2200-01-01T00:00:00Z",
               "remove_load",
               "ann",
               "east",
               "removed",
               "192.0.2.7",
               entry.operation,
               "web"};
        }) == 1);
}

TEST_CASE("Pages have no gaps and no duplicates, also within one moment", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  database->as_owner(
      "INSERT INTO audit.rows (at, phase, action, outcome, username, resource)"
      " SELECT now() - (i / 3) * interval '1 hour', 'outcome', 'a', 'ok', 'u' || i % 2, i::text FROM "
      "generate_series(0, 6) i");
  CHECK(paged(*database, {}, 3) == "210|543|6");
  CHECK(paged(*database, {}, 7) == "2105436");
  LogFilter odd;
  odd.user = "u1";
  CHECK(paged(*database, odd, 1) == "1|5|3");
}

TEST_CASE("A page of a text search examines a limited number of rows", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  database->as_owner(
      "INSERT INTO audit.rows (at, phase, action, outcome, username, resource)"
      " SELECT now() - i * interval '1 second', 'outcome', 'a', 'ok', 'x', CASE WHEN i IN (5, 24999) THEN 'needle/' || "
      "i % 7 END"
      " FROM generate_series(1, 25000) i");
  LogFilter filter;
  filter.q = "Needle";
  CHECK(paged(*database, filter, 10) == "5||||2|");
}

TEST_CASE("An imported row keeps its original time, is marked, and is imported once", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  AuditStore store;
  database->transact([&](Transaction& tx) { store.record(tx, removal()); });
  const ImportedRow old{"2025-03-04T05:06:07.123456Z", std::string(32, 'x'), "remove-load", "eve\x01", "pod/a/b",
                        {{"imported_text", "done"}}};
  const auto import = [&] { return database->transact([&](Transaction& tx) { return store.import(tx, old); }); };
  CHECK(import());
  CHECK_FALSE(import());
  const auto rows = newest(*database);
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].imported);
  CHECK(rows[1].at == old.at);
  CHECK(rows[1].entry.action == "remove_load");
  CHECK(rows[1].entry.username == "eve\uFFFD");
  CHECK(rows[1].entry.details == old.details);
  CHECK(database->as_owner("SELECT tableoid::regclass FROM audit.rows WHERE imported_at IS NOT NULL")[0][0].c_str() ==
        std::string("audit.rows_2025_03"));

  ImportedRow future = old;
  future.at = "2199-01-01T00:00:00Z";
  CHECK_THROWS_AS(database->transact([&](Transaction& tx) { store.import(tx, future); }), pqxx::sql_error);
  CHECK_THROWS_AS(database->transact([&](Transaction& tx) {
    tx.exec(
        "INSERT INTO audit.rows (phase, action, outcome, username, imported_at, source) VALUES ('outcome', 'a', 'ok', "
        "'x', now(), 'x')");
  }),
                  pqxx::insufficient_privilege);
}

TEST_CASE("No bytes from a client lose a row", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  AuditStore store;
  AuditEntry entry;
  entry.action = "login_failed";
  entry.outcome = "failed";
  entry.username = std::string("<b>\0\xff'; DROP", 12);
  entry.user_id = "nobody";
  entry.details = {{"agent", std::string("\0\x1b[2J\xc3", 6)}, {std::string("k\0", 2), std::string(9000, 'x')}};
  database->transact([&](Transaction& tx) { store.record(tx, entry); });
  const auto rows = newest(*database);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].entry.username == "<b>\uFFFD\uFFFD'; DROP");
  CHECK(rows[0].entry.details.at("agent") == "\uFFFD\uFFFD[2J\uFFFD");
}

TEST_CASE("A row's length is limited, whatever is stored in it", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  AuditEntry entry = removal();
  const std::string much(100'000, 'x');
  for (std::string* const member : {&entry.username, &entry.credential, &entry.address, &entry.request_id, &entry.cluster, &entry.name_space, &entry.resource, &entry.reason})
    *member = much;
  entry.details = {{"number", 7}, {"z", Json::array()}};
  for (int i = 0; i < 2000; ++i) entry.details["z"].push_back({{"name", std::string(1000, 'y')}});
  entry.details["a"] = "first";
  database->transact([&](Transaction& tx) { AuditStore().record(tx, entry); });
  CHECK(database->as_owner("SELECT pg_column_size(r.*::text) < 100000 AND length(r::text) < 80000 FROM audit.rows r")[0][0].as<bool>());
  const AuditEntry back = newest(*database)[0].entry;
  CHECK(back.details["a"] == "first");
  CHECK(back.details["number"] == 7);
  CHECK(back.details["z"].back() == "\u2026");
  CHECK(back.details["z"].size() > 50);
}

TEST_CASE("The log is append-only", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  AuditStore store;
  database->transact([&](Transaction& tx) { store.record(tx, removal()); });
  const std::string partition =
      database->as_owner("SELECT tableoid::regclass::text FROM audit.rows LIMIT 1")[0][0].as<std::string>();

  for (const std::string sql :
       {"UPDATE audit.rows SET username = 'x'", "DELETE FROM audit.rows", "TRUNCATE audit.rows",
        "INSERT INTO audit.rows (at, phase, action, outcome, username) VALUES (now(), 'outcome', 'a', 'ok', 'x')"}) {
    INFO(sql);
    CHECK_THROWS_AS(database->transact([&](Transaction& tx) { tx.exec(sql); }), pqxx::insufficient_privilege);
  }
  for (const std::string& sql :
       {std::string("UPDATE audit.rows SET username = 'x'"), std::string("DELETE FROM audit.rows"),
        std::string("TRUNCATE audit.rows"), "DELETE FROM " + partition, "TRUNCATE " + partition}) {
    INFO(sql);
    CHECK_THROWS_AS(database->as_owner(sql), pqxx::insufficient_privilege);
  }
  CHECK(database->as_owner("SELECT count(*) FROM audit.rows")[0][0].as<int>() == 1);
}

TEST_CASE("A month's partition is ready in time, and no row is refused", "[database]") {
  const auto database = testing::test_database("audit", PODLOAD_SQL);
  AuditStore store;
  const auto made = [&] { return database->transact([&](Transaction& tx) { return store.make_partitions(tx); }); };
  const auto count = [&] {
    return database->as_owner("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit.rows'::regclass")[0][0]
        .as<int>();
  };
  CHECK(count() == 4);
  CHECK(made().empty());

  const std::string this_month = "'audit.rows_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')";
  const std::string name = database->as_owner("SELECT " + this_month)[0][0].as<std::string>();
  database->as_owner("DROP TABLE " + name);
  database->transact([&](Transaction& tx) { store.record(tx, removal()); });  // goes to the default partition
  CHECK(made().empty());                                                      // and its month stays there
  CHECK(newest(*database).size() == 1);

  const std::string next = database
                               ->as_owner(
                                   "SELECT 'audit.rows_' || to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + "
                                   "interval '1 month', 'YYYY_MM')")[0][0]
                               .as<std::string>();
  database->as_owner("DROP TABLE " + next);
  CHECK(made() == std::vector<std::string>{next.substr(6)});
  CHECK_THROWS_AS(database->as_owner("TRUNCATE " + next), pqxx::insufficient_privilege);
}
