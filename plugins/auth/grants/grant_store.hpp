// What a user may do where, in PostgreSQL: what the other stores read along with a user's row, and the
// change of the clusters that are listed. Any thread. Throws what libpqxx throws; the host's Database translates it.
#pragma once

#include <string>
#include <vector>

#include "grants/permissions.hpp"
#include "podload/database.hpp"

namespace podload::auth {

class GrantStore {
 public:
  /// Columns of the row `u` of auth.users, from which principal() makes who the user is; the first is
  /// at `at`. A password that must be changed bars the principal; the credential is left empty.
  static const std::string& principal_columns();
  static Principal principal(const pqxx::row& row, int at);

  /// An expression for the listed clusters of the row `u` of auth.users, as JSON that read() takes.
  static const std::string& of_user();
  static std::vector<ListedCluster> read(const pqxx::field& field);
  /// The JSON that read() takes.
  static std::string print(const std::vector<ListedCluster>& listed);

  /// Takes out what was listed for that user and puts `listed` there.
  static void replace(Transaction& tx, const std::string& user_id, const std::vector<ListedCluster>& listed);
};

}  // namespace podload::auth
