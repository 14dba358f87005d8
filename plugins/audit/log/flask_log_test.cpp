#include "log/flask_log.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "chain/chain_testing.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"

using namespace podload;
using namespace podload::audit;

namespace {

/// A folder that is deleted with the test.
class Folder {
 public:
  Folder() { std::filesystem::create_directories(path / "config"); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path write(const std::string& text) const {
    std::ofstream(path / "config" / "logs.json") << text;
    return *flask_log_file(path);
  }
  const std::filesystem::path path = std::filesystem::temp_directory_path() / ("podload-flask-" + new_uuid());
};

constexpr const char* kLog = R"([
  {"timestamp": "2025-11-22T15:04:05.123456", "username": "admin", "action": "remove_load",
   "resource": "pod/shop/web-1", "details": "踢出负载成功"},
  {"timestamp": "2025-11-22T15:05:00", "username": "", "action": "login_failed", "resource": "user/x", "details": null},
  {"timestamp": "2025-11-22T15:05:00", "username": "", "action": "login_failed", "resource": "user/x", "details": null},
  {"timestamp": "2025-11-22T15:06:00+00:00", "username": "ann", "action": "restore-traffic",
   "resource": "pod/shop/web-1", "details": {"ok": true}},
  {"timestamp": "yesterday", "username": "ann", "action": "logout"},
  {"timestamp": "2199-01-01", "username": "ann", "action": "logout"},
  {"timestamp": "2025-11-22", "username": "ann", "action": "删除; DROP"},
  "no row"])";

}  // namespace

TEST_CASE("The predecessor's rows are imported with their times, marked, and once", "[database]") {
  ChainedLog log;
  const Folder folder;
  const auto file = folder.write(kLog);
  CHECK(*flask_log_file(folder.path / "config") == folder.path / "config" / "logs.json");
  FlaskLog flask(*log.database, log.store);
  const auto first = flask.import(file, "cli:op");
  CHECK(first.found == 8);
  CHECK(first.added == 4);
  CHECK(first.known == 0);
  REQUIRE(first.refused.size() == 4);
  CHECK(first.refused[0].number == 5);
  CHECK(first.refused[0].why == "import_log_no_time");
  CHECK(first.refused[1].why == "import_log_no_time");
  CHECK(first.refused[2].why == "import_log_no_action");
  CHECK(first.refused[3].why == "import_log_no_row");

  const auto again = flask.import(file, "cli:op");
  CHECK(again.added == 0);
  CHECK(again.known == 4);

  const auto rows =
      log.database->transact([&](Transaction& tx) { return log.store.page(tx, {}, std::nullopt, 10).rows; });
  REQUIRE(rows.size() == 6);
  CHECK(rows[0].entry.action == "import_logs");
  CHECK(rows[0].entry.username == "cli:op");
  CHECK_FALSE(rows[0].imported);
  CHECK(rows[2].at == "2025-11-22T15:06:00.000000Z");
  CHECK(rows[2].entry.details == Json{{"imported", {{"ok", true}}}});
  CHECK(rows[5].imported);
  CHECK(rows[5].at == "2025-11-22T07:04:05.123456Z");
  CHECK(rows[5].entry.outcome == "imported");
  CHECK(rows[5].entry.details == Json{{"imported_text", "踢出负载成功"}});

  CHECK(log.seal() == 6);
  CHECK(log.faults().empty());
}

TEST_CASE("A file that is not a log is refused completely", "[database]") {
  ChainedLog log;
  const Folder folder;
  CHECK_FALSE(flask_log_file(folder.path));
  FlaskLog flask(*log.database, log.store);
  CHECK_THROWS_WITH(flask.import(folder.write("{"), "cli:op"), Catch::Contains("not_json"));
  CHECK_THROWS_WITH(flask.import(folder.write("{}"), "cli:op"), Catch::Contains("not_json"));
  CHECK_THROWS_WITH(flask.import(folder.path / "none", "cli:op"), Catch::Contains("file_unreadable"));
}
