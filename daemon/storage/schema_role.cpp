#include "storage/schema_role.hpp"

#include <utility>

#include "podload/error.hpp"

namespace podload {
namespace {

/// What $1, the role of the schema $2, is and may do. One row, or none if there is no such role.
constexpr const char* kRole = R"(
SELECT pg_has_role(r.oid, 'USAGE'),
       r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls,
       (SELECT min(m.roleid::regrole::text) FROM pg_auth_members m WHERE m.member = r.oid),
       has_database_privilege(r.oid, current_database(), 'CREATE'),
       (SELECT min(n.nspname) FROM pg_namespace n WHERE n.nspname <> $2 AND has_schema_privilege(r.oid, n.oid, 'CREATE'))
  FROM pg_roles r WHERE r.rolname = $1)";

/// The owner of the schema $1, whether that is the current user, and whether migrations of the plugin $2, and of another
/// one, were applied in it. One row, or none if there is no such schema.
constexpr const char* kSchema = R"(
SELECT pg_get_userbyid(n.nspowner), n.nspowner = current_user::regrole,
       EXISTS (SELECT FROM podload.migrations m WHERE m.schema = $1 AND m.plugin = $2),
       EXISTS (SELECT FROM podload.migrations m WHERE m.schema = $1 AND m.plugin <> $2)
  FROM pg_namespace n WHERE n.nspname = $1)";

/// ALTER statements for what the current user has in the schema $1. Indexes, row types and the sequences of columns go
/// with their tables.
constexpr const char* kHandOver = R"(
SELECT statement FROM (
  SELECT c.oid AS place, format('ALTER TABLE %s OWNER TO ', c.oid::regclass) AS statement
    FROM pg_class c
   WHERE c.relnamespace = $1::regnamespace AND c.relowner = current_user::regrole AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
     AND NOT (c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                                                    AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')))
  UNION ALL
  SELECT p.oid, format('ALTER ROUTINE %s OWNER TO ', p.oid::regprocedure)
    FROM pg_proc p WHERE p.pronamespace = $1::regnamespace AND p.proowner = current_user::regrole
  UNION ALL
  SELECT t.oid, format('ALTER TYPE %s OWNER TO ', t.oid::regtype)
    FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
   WHERE t.typnamespace = $1::regnamespace AND t.typowner = current_user::regrole
     AND (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND c.relkind = 'c')) AS owned
 ORDER BY place)";

/// The tables of the role $1 whose triggers may have been deferred to the end of the transaction.
constexpr const char* kDeferrable = R"(
SELECT DISTINCT g.tgrelid::regclass::text FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
 WHERE g.tgdeferrable AND c.relowner = (SELECT r.oid FROM pg_roles r WHERE r.rolname = $1))";

constexpr const char* kFunction = "podload_migration";

}  // namespace

SchemaRole::SchemaRole(pqxx::transaction_base& tx, std::string plugin, std::string schema)
    : tx_(tx),
      plugin_(std::move(plugin)),
      schema_(std::move(schema)),
      role_(name_for(schema_)),
      quoted_schema_(tx.quote_name(schema_)),
      quoted_role_(tx.quote_name(role_)) {}

std::string SchemaRole::name_for(const std::string& schema) { return "podload_" + schema; }

std::string SchemaRole::creation_sql(const std::vector<std::string>& schemas) {
  std::string sql = "SET client_min_messages = warning;\n";
  for (const std::string& schema : schemas) {  // plugin.yaml admits only [a-z0-9_] in it
    const std::string role = name_for(schema);
    // A role of the operator's own that happens to have the name is not handed to podload_owner.
    sql += "DO $$ BEGIN\n  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '" + role + "') THEN CREATE ROLE " + role +
           " NOLOGIN;\n  ELSIF EXISTS (SELECT FROM pg_roles r WHERE rolname = '" + role +
           "' AND (rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls\n"
           "               OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid))) THEN\n    RAISE EXCEPTION 'the role " + role +
           " exists and may do more than own a schema: rename it, or give the plugin another schema';\n  END IF;\nEND $$;\nGRANT " + role +
           " TO podload_owner;\n";
  }
  return sql;
}

void SchemaRole::check() {
  const pqxx::result rows = tx_.exec_params(kRole, role_, schema_);
  if (rows.empty() || !rows[0][0].as<bool>()) throw Error("schema_role_missing", {{"plugin", plugin_}, {"role", role_}});
  const auto refuse = [this](const std::string& what) {
    throw Error("schema_role_unfit", {{"plugin", plugin_}, {"role", role_}, {"what", what}});
  };
  if (rows[0][1].as<bool>()) refuse("has rights for the whole server: ALTER ROLE " + role_ + " NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS");
  if (!rows[0][2].is_null()) refuse("is a member of another role: REVOKE " + std::string(rows[0][2].c_str()) + " FROM " + role_);
  if (rows[0][3].as<bool>()) refuse("may create schemas in this database: REVOKE CREATE ON DATABASE … FROM PUBLIC, " + role_);
  if (!rows[0][4].is_null()) refuse("may create tables in another schema: REVOKE CREATE ON SCHEMA " + std::string(rows[0][4].c_str()) + " FROM PUBLIC, " + role_);
}

void SchemaRole::take_schema() {
  const pqxx::result found = tx_.exec_params(kSchema, schema_, plugin_);
  if (found.empty()) {
    tx_.exec("CREATE SCHEMA " + quoted_schema_ + " AUTHORIZATION " + quoted_role_);
  } else {
    const std::string owner = found[0][0].c_str();
    const bool of_owner = found[0][1].as<bool>(), used = found[0][2].as<bool>(), used_by_another = found[0][3].as<bool>();
    const bool roles_own = owner == role_ && !used_by_another;
    if (!roles_own && !(used && (of_owner || owner == role_)))
      throw Error("schema_taken", {{"plugin", plugin_}, {"schema", schema_}, {"owner", owner}});
    if (of_owner) hand_over();
  }
  tx_.exec("GRANT USAGE ON SCHEMA " + quoted_schema_ + " TO podloadd");
}

void SchemaRole::hand_over() {
  tx_.exec("ALTER SCHEMA " + quoted_schema_ + " OWNER TO " + quoted_role_);
  for (const auto& row : tx_.exec_params(kHandOver, quoted_schema_)) tx_.exec(row[0].c_str() + quoted_role_);
}

void SchemaRole::run(const std::string& sql) {
  // Within a SECURITY DEFINER function PostgreSQL refuses SET ROLE, SET SESSION AUTHORIZATION, COMMIT and ROLLBACK.
  const std::string function = quoted_schema_ + "." + kFunction + "(pg_catalog.text)";
  tx_.exec("SET LOCAL ROLE " + quoted_role_);
  tx_.exec("CREATE FUNCTION " + function + " RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = " + quoted_schema_ +
           ", public AS $$ BEGIN EXECUTE $1; SET CONSTRAINTS ALL IMMEDIATE; END $$");
  tx_.exec("RESET ROLE");
  tx_.exec_params("SELECT " + quoted_schema_ + "." + kFunction + "($1::pg_catalog.text)", sql);

  // From here on the session may have settings of the plugin's choice. What would run at the commit would run as the owner:
  // cursors WITH HOLD, and triggers that a trigger has deferred again. For a table with such triggers ALTER TABLE fails.
  tx_.exec("SET LOCAL search_path = pg_catalog, pg_temp");
  tx_.exec("CLOSE ALL");
  for (const auto& row : tx_.exec_params(kDeferrable, role_))
    tx_.exec("ALTER TABLE " + std::string(row[0].c_str()) + " OWNER TO " + quoted_role_);
  tx_.exec("DROP FUNCTION IF EXISTS " + function);
}

}  // namespace podload
