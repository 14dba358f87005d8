#include "house/scratch_store.hpp"

#include <iostream>
#include <sstream>

#include "podload/database.hpp"
#include "podload/encoding.hpp"
#include "podload/ids.hpp"
#include "storage/migrations.hpp"
#include "storage/schema_role.hpp"

namespace podload::testing {
namespace {

constexpr const char* kRolesLock = "SELECT pg_advisory_xact_lock(78201)";  // other tests create the roles too

}  // namespace

ScratchDatabase::ScratchDatabase(std::string server)
    : server_(std::move(server)), name_("podload_scratch_" + hex(random_bytes(6)) + "_test") {
  pqxx::connection connection(server_);
  {
    pqxx::work tx(connection);
    tx.exec(kRolesLock);
    for (const std::string role : {"podload_owner", "podloadd"})
      if (tx.exec("SELECT FROM pg_roles WHERE rolname = '" + role + "'").empty())
        tx.exec("CREATE ROLE " + role + " LOGIN");
    tx.commit();
  }
  pqxx::nontransaction tx(connection);
  tx.exec("CREATE DATABASE " + name_ + " OWNER podload_owner");
  // Connections get the daemon's role there unless they set another.
  tx.exec("ALTER ROLE CURRENT_USER IN DATABASE " + name_ + " SET role = 'podloadd'");
}

ScratchDatabase::~ScratchDatabase() {
  try {
    pqxx::connection connection(server_);
    pqxx::nontransaction tx(connection);
    tx.exec("DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception& error) {
    std::cerr << "the database " << name_ << " is left behind: " << error.what() << "\n";
  }
}

int ScratchDatabase::migrate(const PluginHost& host) const {
  std::vector<std::string> schemas;
  for (const Manifest& manifest : host.manifests())
    if (!manifest.schema.empty()) schemas.push_back(manifest.schema);
  pqxx::connection connection(server_);
  pqxx::work tx(connection);
  tx.exec(kRolesLock);
  tx.exec(SchemaRole::creation_sql(schemas));
  tx.commit();
  std::ostringstream log;
  return apply_migrations(as_owner(), host.migrations(), log);
}

}  // namespace podload::testing
