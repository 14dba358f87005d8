// Runs a plugin's SQL as the role that owns the plugin's schema, and nothing else (daemon/docs/adr/0021). Lives within
// one transaction of the owner's role. One thread, in `podloadd migrate`. Throws pqxx's errors besides its own.
#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace podload {

class SchemaRole {
 public:
  /// `tx` belongs to the owner's role, on a connection that has run no plugin's SQL before.
  SchemaRole(pqxx::transaction_base& tx, std::string plugin, std::string schema);

  /// "podload_" and the schema's name.
  static std::string name_for(const std::string& schema);

  /// SQL that creates the missing roles of `schemas` and makes podload_owner a member of each. It may run again. It needs
  /// the right to create roles, which the owner's role does not have.
  static std::string creation_sql(const std::vector<std::string>& schemas);

  /// Throws Error{"schema_role_missing"}, also if the owner's role is no member of it, and Error{"schema_role_unfit"} if
  /// it may do anything outside its schema.
  void check();

  /// Makes the role the owner of the schema, which is created if it is missing. What the owner's role has of it is handed
  /// over if migrations of the plugin were applied there before; any other schema that is not the role's own, or has
  /// migrations of another plugin, throws Error{"schema_taken"}. Reads podload.migrations.
  void take_schema();

  /// Executes `sql` as the role. It can neither change the role nor end the transaction, and leaves nothing that would run
  /// at the end of the transaction with the owner's rights.
  void run(const std::string& sql);

 private:
  void hand_over();

  pqxx::transaction_base& tx_;
  const std::string plugin_, schema_, role_;
  const std::string quoted_schema_, quoted_role_;
};

}  // namespace podload
