// Grants in PostgreSQL: the parts of a user's row that other stores read, and the change of the listed clusters. Any
// thread. Throws what libpqxx throws; the host's Database translates it.
#pragma once

#include <string>
#include <vector>

#include "grants/permissions.hpp"
#include "podload/database.hpp"

namespace podload::auth {

class GrantStore {
 public:
  /// Columns of the row `u` of auth.users from which principal() builds the Principal, starting at column `at`. A
  /// password that must be changed bars the principal; the credential stays empty.
  static const std::string& principal_columns();
  static Principal principal(const pqxx::row& row, int at);

  /// A SQL expression for the listed clusters of the row `u` of auth.users, as JSON for read().
  static const std::string& of_user();
  static std::vector<ListedCluster> read(const pqxx::field& field);
  /// JSON for read().
  static std::string print(const std::vector<ListedCluster>& listed);

  /// Replaces that user's listed clusters with `listed`.
  static void replace(Transaction& tx, const std::string& user_id, const std::vector<ListedCluster>& listed);
};

}  // namespace podload::auth
