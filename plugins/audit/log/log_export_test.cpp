#include "log/log_export.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "log/csv.hpp"
#include "podload/error.hpp"
#include "podload/parse_json.hpp"
#include "podload_testing/database.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::audit;

namespace {

std::string say(const std::string& code, const Json&) { return code; }

std::unique_ptr<testing::TestDatabase> log_of(int rows) {
  auto database = testing::test_database("audit", PODLOAD_SQL);
  database->as_owner(
        "INSERT INTO audit.rows (at, phase, action, outcome, username, reason)"
        " SELECT now() - i * interval '1 second', 'outcome', CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END, 'ok', "
        "'=user',"
        " CASE WHEN i = " +
        std::to_string(rows) + " THEN 'needle' END FROM generate_series(1, " + std::to_string(rows) + ") i");
  return database;
}

std::string whole(testing::TestDatabase& database, const LogFilter& filter, ExportFormat format) {
  const AuditStore store;
  LogExport file(database, store, filter, format, say, [](Transaction&) {});
  std::string text = file.head();
  for (std::string piece = file.next(); !piece.empty(); piece = file.next()) text += piece;
  CHECK(file.next().empty());
  return text;
}

}  // namespace

TEST_CASE("A file of JSON lines has every row once", "[database]") {
  const auto database = log_of(2500);
  std::istringstream lines(whole(*database, {}, ExportFormat::ndjson));
  std::set<long long> ids;
  for (std::string line; std::getline(lines, line);) ids.insert(parse_json(line).at("id").get<long long>());
  CHECK(ids.size() == 2500);
}

TEST_CASE("A CSV file has a mark for Excel, a header line, and only the requested rows", "[database]") {
  const auto database = log_of(20);
  LogFilter filter;
  filter.action = "even";
  const std::string text = whole(*database, filter, ExportFormat::csv);
  CHECK(text.starts_with(std::string(kCsvMark) + "\"id\",\"timestamp\",\"username\""));
  CHECK(std::count(text.begin(), text.end(), '\n') == 11);
  CHECK(text.find("\"'=user\"") != std::string::npos);
  CHECK(text.find("\"odd\"") == std::string::npos);
}

TEST_CASE("A text search continues over pages without a match", "[database]") {
  const auto database = log_of(25000);
  LogFilter filter;
  filter.q = "needle";
  const std::string text = whole(*database, filter, ExportFormat::ndjson);
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
}

TEST_CASE("A reader who is no longer authorized does not get the next page", "[database]") {
  const auto database = log_of(1500);
  const AuditStore store;
  int pages = 0;
  LogExport file(*database, store, {}, ExportFormat::csv, say, [&](Transaction&) {
    if (++pages > 1) throw Error("signed_out");
  });
  CHECK_FALSE(file.next().empty());
  CHECK(testing::code_of([&] { file.next(); }) == "signed_out");
}
