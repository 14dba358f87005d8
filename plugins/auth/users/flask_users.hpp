// Imports the predecessor's users from its auth_config.json. Owned by the plugin; one thread. Throws
// Error{"file_unreadable"} and Error{"bad_auth_config"}; a fault in one user is a line of the report and does not
// affect the others. Can run twice: existing users stay unchanged.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "grants/permissions.hpp"
#include "podload/audit_log.hpp"
#include "podload/database.hpp"
#include "users/password_hasher.hpp"
#include "users/user_store.hpp"

namespace podload::auth {

/// One line of the report: a code of words.yaml and its arguments.
struct ImportLine {
  std::string code;
  Json args;
};

class FlaskUsers {
 public:
  /// `actor` is the actor in the log.
  FlaskUsers(Database& database, const UserStore& users, const PasswordHasher& hasher, std::string actor)
      : database_(database), users_(users), hasher_(hasher), actor_(std::move(actor)) {}

  /// Reads `folder` or the folder `config` in it.
  std::vector<ImportLine> import(const std::filesystem::path& folder, const ClusterNames& names, AuditLog& log) const;

 private:
  /// Appends the result to the report; true if the user was added.
  bool take(const Json& row, std::size_t number, const ClusterNames& names, AuditLog& log,
            std::vector<ImportLine>& report) const;

  Database& database_;
  const UserStore& users_;
  const PasswordHasher& hasher_;
  const std::string actor_;
};

}  // namespace podload::auth
