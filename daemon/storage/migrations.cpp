#include "storage/migrations.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <ostream>
#include <sstream>
#include <utility>

#include "base/faults.hpp"
#include "podload/digest.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "storage/connection_settings.hpp"
#include "storage/schema_role.hpp"

namespace podload {
namespace {

constexpr const char* kLock = "SELECT pg_advisory_lock(5641287003)";
constexpr const char* kHistory = R"(
CREATE SCHEMA IF NOT EXISTS podload;
CREATE TABLE IF NOT EXISTS podload.migrations (
  plugin     text        NOT NULL,
  number     integer     NOT NULL,
  name       text        NOT NULL,
  checksum   text        NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (plugin, number));
GRANT USAGE ON SCHEMA podload TO podloadd;
GRANT SELECT ON podload.migrations TO podloadd;)";

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& what) {
  throw Error("bad_migration", {{"file", file.string()}, {"what", what}});
}

/// Which schema a plugin's migrations were applied in: without it a plugin could name another's.
constexpr const char* kSchemaColumn = "ALTER TABLE podload.migrations ADD COLUMN IF NOT EXISTS schema text";

using Applied = std::map<std::pair<std::string, int>, std::string>;

Applied applied(pqxx::transaction_base& tx) {
  Applied rows;
  for (const auto& row : tx.exec("SELECT plugin, number, checksum FROM podload.migrations"))
    rows[{row[0].c_str(), row[1].as<int>()}] = row[2].c_str();
  return rows;
}

/// Whether it was applied; throws if the file has changed since.
bool was_applied(const Applied& rows, const Migration& migration) {
  const auto row = rows.find({migration.plugin, migration.number});
  if (row == rows.end()) return false;
  if (row->second != migration.checksum)
    throw Error("migration_changed", {{"plugin", migration.plugin}, {"file", migration.name}});
  return true;
}

void quiet(pqxx::connection& connection) {
  pqxx::nontransaction(connection).exec("SET client_min_messages = warning");
}

/// A connection for each: what a plugin's SQL has set in a session is gone with it.
void apply(const std::string& connection_string, const Migration& migration) {
  pqxx::connection connection(connection_string);
  quiet(connection);
  pqxx::work tx(connection);
  if (migration.as_schema_role) {
    SchemaRole role(tx, migration.plugin, migration.schema);
    role.check();
    role.take_schema();
    role.run(migration.sql);
  } else {
    const std::string schema = tx.quote_name(migration.schema);
    tx.exec("CREATE SCHEMA IF NOT EXISTS " + schema + "; GRANT USAGE ON SCHEMA " + schema + " TO podloadd;");
    tx.exec(migration.sql);
  }
  tx.exec_params("INSERT INTO podload.migrations (plugin, number, name, checksum, schema) VALUES ($1, $2, $3, $4, $5)",
                 migration.plugin, migration.number, migration.name, migration.checksum, migration.schema);
  tx.commit();
}

/// PostgreSQL's message without the text of the whole file.
std::string message_of(const pqxx::sql_error& error) {
  const std::string what = error.what();
  return what.substr(0, std::min(what.find("\nQUERY:"), what.find("\nCONTEXT:")));
}

}  // namespace

std::vector<Migration> read_migrations(const std::filesystem::path& folder, const std::string& plugin,
                                       const std::string& schema) {
  return read_sql_folder(folder / plugin, plugin, schema);
}

std::vector<Migration> read_sql_folder(const std::filesystem::path& folder, const std::string& plugin,
                                       const std::string& schema, Faults* faults) {
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    if (entry.path().extension() == ".sql") files.push_back(entry.path());
  std::sort(files.begin(), files.end());

  std::vector<Migration> migrations;
  int next = 1;
  for (const auto& file : files)
    attempt(faults, [&] {
      const std::string name = file.filename().string();
      const bool numbered = name.size() > 5 && name[4] == '_' && name.substr(0, 4).find_first_not_of("0123456789") == std::string::npos;
      if (!numbered) refuse(file, "its name is not NNNN_name.sql");
      const int number = std::stoi(name.substr(0, 4)), expected = std::exchange(next, number + 1);
      if (number != expected) refuse(file, "its number is not the next one");
      std::ifstream stream(file, std::ios::binary);
      std::ostringstream text;
      if (!(text << stream.rdbuf())) refuse(file, "it cannot be read");
      migrations.push_back({plugin, schema, number, name, hex(sha256(text.str())), text.str(), false});
    });
  return migrations;
}

int apply_migrations(const std::string& owner_connection, const std::vector<Migration>& migrations, std::ostream& out) {
  try {
    const std::string owner = connection_string(owner_connection, "owner_database");
    pqxx::connection connection(owner);
    quiet(connection);
    pqxx::nontransaction(connection).exec(kLock);  // held until the connection ends: concurrent migrations wait here
    Applied rows;
    {
      pqxx::work tx(connection);
      if (!tx.exec("SELECT to_regclass('podload.migrations') IS NOT NULL")[0][0].as<bool>()) tx.exec(kHistory);
      tx.exec(kSchemaColumn);
      for (const Migration& migration : migrations)  // rows of before there was this column
        tx.exec_params("UPDATE podload.migrations SET schema = $1 WHERE plugin = $2 AND number = $3 AND schema IS NULL", migration.schema, migration.plugin,
                       migration.number);
      rows = applied(tx);
      tx.commit();
    }
    int count = 0;
    for (const Migration& migration : migrations) {
      if (was_applied(rows, migration)) continue;
      try {
        apply(owner, migration);
      } catch (const pqxx::sql_error& error) {
        throw Error("migration_failed", {{"plugin", migration.plugin}, {"file", migration.name}, {"what", message_of(error)}});
      }
      out << "applied " << migration.plugin << "/" << migration.name << "\n";
      ++count;
    }
    return count;
  } catch (const pqxx::failure& error) {
    throw DatabaseUnavailable(error.what());
  }
}

void check_migrations(Database& database, const std::vector<Migration>& migrations) {
  const Applied rows = database.transact([](Transaction& tx) {
    const bool there = tx.exec("SELECT to_regclass('podload.migrations') IS NOT NULL")[0][0].as<bool>();
    return there ? applied(tx) : Applied();
  });
  for (const Migration& migration : migrations)
    if (!was_applied(rows, migration))
      throw Error("not_migrated", {{"plugin", migration.plugin}, {"file", migration.name}});
}

}  // namespace podload
