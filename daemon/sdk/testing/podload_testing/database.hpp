// For tests of stores: a Database on a real PostgreSQL server that the environment names.
//
// PODLOAD_TEST_DATABASE is a superuser's libpq connection string for a database whose name ends in "test"; its schemas
// are dropped. A case that needs it is tagged [database]: `ctest` then runs it as unit.NAME.database, and counts
// that as skipped where the variable is not set. Unlike the host's Database it neither translates errors nor retries.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "podload/database.hpp"
#include "podload/mutex.hpp"

namespace podload::testing {

class TestDatabase final : public Database {
 public:
  /// `schema` is created again from the migrations in `folder` with the owner's role; statements then run with the
  /// daemon's role. That a migration stays within its schema is tested by podload-conformance.
  TestDatabase(const std::string& connection_string, const std::string& schema, const std::filesystem::path& folder)
      : connection_string_(connection_string) {
    pqxx::connection connection(connection_string_);
    if (!std::string(connection.dbname()).ends_with("test"))
      throw std::runtime_error("the name of the database in PODLOAD_TEST_DATABASE must end in \"test\"");
    pqxx::work tx(connection);
    tx.exec("SELECT pg_advisory_xact_lock(78201)");  // other test programs create the roles too
    for (const std::string role : {"podload_owner", "podloadd"})
      if (tx.exec("SELECT FROM pg_roles WHERE rolname = '" + role + "'").empty()) tx.exec("CREATE ROLE " + role + " LOGIN");
    tx.exec("SET client_min_messages = warning; DROP SCHEMA IF EXISTS " + schema + " CASCADE; CREATE SCHEMA " + schema +
            " AUTHORIZATION podload_owner; GRANT USAGE ON SCHEMA " + schema + " TO podloadd; SET ROLE podload_owner; SET LOCAL search_path = " + schema +
            ", public");
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.insert(entry.path());
    for (const auto& file : files) {
      std::ostringstream sql;
      sql << std::ifstream(file).rdbuf();
      tx.exec(sql.str());
    }
    tx.commit();
  }

  /// Runs `sql` as the tables' owner or as a superuser, for what the daemon may not do.
  pqxx::result as_owner(const std::string& sql, const std::string& role = "podload_owner") {
    pqxx::result rows;
    in_transaction(role, [&](Transaction& tx) { rows = tx.exec(sql); });
    return rows;
  }

 protected:
  void run(const std::function<void(Transaction&)>& work) override { in_transaction("podloadd", work); }

 private:
  /// Keeps the connection for the next transaction: a new one takes PostgreSQL tens of milliseconds.
  template <class Work>
  void in_transaction(const std::string& role, const Work& work) {
    std::unique_ptr<pqxx::connection> connection = take();
    {
      Transaction tx(*connection);
      tx.exec("SET LOCAL ROLE " + role);
      work(tx);
      tx.commit();
    }
    const MutexLock lock(mutex_);
    idle_.push_back(std::move(connection));
  }

  std::unique_ptr<pqxx::connection> take() {
    {
      const MutexLock lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<pqxx::connection> last = std::move(idle_.back());
        idle_.pop_back();
        return last;
      }
    }
    return std::make_unique<pqxx::connection>(connection_string_);
  }

  const std::string connection_string_;
  Mutex mutex_;
  std::vector<std::unique_ptr<pqxx::connection>> idle_ PODLOAD_GUARDED_BY(mutex_);
};

/// A fresh schema. Throws if PODLOAD_TEST_DATABASE is not set.
inline std::unique_ptr<TestDatabase> test_database(const std::string& schema, const std::filesystem::path& folder) {
  const char* const text = std::getenv("PODLOAD_TEST_DATABASE");
  if (text == nullptr || *text == '\0') throw std::runtime_error("PODLOAD_TEST_DATABASE is not set; cases tagged [database] need it");
  return std::make_unique<TestDatabase>(text, schema, folder);
}

}  // namespace podload::testing
