// The users of the predecessor, taken over from its auth_config.json. Owned by the plugin; one thread.
// Throws Error{"file_unreadable"} and Error{"bad_auth_config"}; whatever is wrong with one user is a line of
// the report and costs the others nothing. Can run twice: whose name is there stays as they are.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "users/password_hasher.hpp"
#include "grants/permissions.hpp"
#include "podload/audit_log.hpp"
#include "podload/database.hpp"
#include "users/user_store.hpp"

namespace podload::auth {

/// One line of the report: a code of words.yaml and its arguments.
struct ImportLine {
  std::string code;
  Json args;
};

class FlaskUsers {
 public:
  /// `actor` is who the log names.
  FlaskUsers(Database& database, const UserStore& users, const PasswordHasher& hasher, std::string actor)
      : database_(database), users_(users), hasher_(hasher), actor_(std::move(actor)) {}

  /// From `folder` or the folder `config` in it.
  std::vector<ImportLine> import(const std::filesystem::path& folder, const ClusterNames& names, AuditLog& log) const;

 private:
  /// Adds what happened to the report; true where the user was added.
  bool take(const Json& row, std::size_t number, const ClusterNames& names, AuditLog& log,
            std::vector<ImportLine>& report) const;

  Database& database_;
  const UserStore& users_;
  const PasswordHasher& hasher_;
  const std::string actor_;
};

}  // namespace podload::auth
