// Numbered SQL files, one folder a plugin, applied once each by the owner role and only checked by
// the daemon's. Called from one thread at start or by `podloadd migrate`.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "podload/database.hpp"

namespace podload {

struct Migration {
  std::string plugin;
  std::string schema;
  int number = 0;
  std::string name;      ///< The file's, without its folder.
  std::string checksum;  ///< SHA-256 of its bytes, hex.
  std::string sql;
};

/// The files of `folder`/`plugin`, in order. Throws Error{"bad_migration"} for a name that is not
/// NNNN_name.sql, a gap or a number twice.
std::vector<Migration> read_migrations(const std::filesystem::path& folder, const std::string& plugin,
                                       const std::string& schema);

/// Applies what is missing, as the owner, under an advisory lock, one transaction each; says each on
/// `out`. Returns how many it applied. Throws Error{"migration_changed"} where an applied file was
/// edited since, Error{"migration_failed"} naming the file: nothing of it stays, the earlier ones do.
int apply_migrations(const std::string& owner_connection, const std::vector<Migration>& migrations, std::ostream& out);

/// Throws Error{"not_migrated"} or Error{"migration_changed"} where the database is not as the files say.
void check_migrations(Database& database, const std::vector<Migration>& migrations);

}  // namespace podload
