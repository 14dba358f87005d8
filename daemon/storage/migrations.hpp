// Numbered SQL files, one folder per plugin. Each is applied once: the host's own as the owner's role, a plugin's as the role
// that owns the plugin's schema (schema_role.hpp). The daemon's role only checks them.
// Called from one thread, at start or by `podloadd migrate`.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "podload/database.hpp"

namespace podload {

class Faults;

struct Migration {
  std::string plugin;
  std::string schema;
  int number = 0;
  std::string name;      ///< The file's name without its folder.
  std::string checksum;  ///< SHA-256 of its bytes, in hex.
  std::string sql;
  bool as_schema_role = false;  ///< Applied as the role of `schema`, not as the owner's.
};

/// The files in `folder`, in order; none if it does not exist. Throws Error{"bad_migration"} for a name other than
/// NNNN_name.sql, a gap or a duplicate number, or adds one for each such file to `faults`.
std::vector<Migration> read_sql_folder(const std::filesystem::path& folder, const std::string& plugin,
                                       const std::string& schema, Faults* faults = nullptr);

/// The same of `folder`/`plugin`.
std::vector<Migration> read_migrations(const std::filesystem::path& folder, const std::string& plugin,
                                       const std::string& schema);

/// Applies missing migrations through the owner's connection, under an advisory lock, one transaction each, and prints each
/// to `out`. Returns how many it applied. Throws Error{"migration_changed"} if an applied file was edited since,
/// Error{"migration_failed"}, naming the file, and what SchemaRole throws: that file is rolled back, earlier ones stay
/// applied.
int apply_migrations(const std::string& owner_connection, const std::vector<Migration>& migrations, std::ostream& out);

/// Throws Error{"not_migrated"} or Error{"migration_changed"} if the database does not match the files.
void check_migrations(Database& database, const std::vector<Migration>& migrations);

}  // namespace podload
