// Migrations of plugins on a real PostgreSQL: what a plugin's SQL may do, what it may not, and databases of before.
#include "storage/schema_role.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <sstream>

#include "podload/digest.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload/json.hpp"
#include "podload_testing/doubles.hpp"
#include "storage/migrations.hpp"

using namespace podload;

namespace {

constexpr const char* kRolesLock = "SELECT pg_advisory_xact_lock(78201)";  // other test programs create roles too

/// A database of a case's own, of podload_owner, with a table of another plugin and the role of the schema `name`.
/// Removed at the end, with the role.
class Scratch {
 public:
  Scratch() : name("quotas_" + hex(random_bytes(4))), role(SchemaRole::name_for(name)), server_(server()), database_("podload_" + name + "_test") {
    pqxx::connection connection(server_);
    {
      pqxx::work tx(connection);
      tx.exec(kRolesLock);
      for (const std::string fixed : {"podload_owner", "podloadd"})
        if (tx.exec("SELECT FROM pg_roles WHERE rolname = '" + fixed + "'").empty()) tx.exec("CREATE ROLE " + fixed + " LOGIN");
      tx.exec(SchemaRole::creation_sql({name}));
      tx.exec(SchemaRole::creation_sql({name}));  // may run again
      tx.commit();
    }
    pqxx::nontransaction(connection).exec("CREATE DATABASE " + database_ + " OWNER podload_owner");
    as_owner("CREATE SCHEMA audit; CREATE TABLE audit.rows (x integer); INSERT INTO audit.rows VALUES (1)");
  }
  ~Scratch() {
    pqxx::connection connection(server_);
    pqxx::nontransaction tx(connection);
    tx.exec("DROP DATABASE " + database_ + " WITH (FORCE)");
    tx.exec("DROP ROLE IF EXISTS " + role);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string owner() const { return server_ + " dbname=" + database_ + " options='-c role=podload_owner'"; }

  pqxx::result as_owner(const std::string& sql) const { return run(owner(), sql); }
  pqxx::result as_superuser(const std::string& sql) const { return run(server_ + " dbname=" + database_, sql); }

  Migration file(int number, const std::string& sql) const {
    return {"quotas", name, number, "000" + std::to_string(number) + "_x.sql", hex(sha256(sql)), sql, true};
  }
  void migrate(const std::vector<std::string>& files) const {
    std::vector<Migration> migrations;
    for (const std::string& sql : files) migrations.push_back(file(static_cast<int>(migrations.size()) + 1, sql));
    std::ostringstream out;
    apply_migrations(owner(), migrations, out);
  }
  /// The code of the error, and its arguments as JSON; empty if the files are applied.
  std::string refusal(const std::vector<std::string>& files) const {
    try {
      migrate(files);
      return {};
    } catch (const Error& error) {
      return error.code() + " " + print_json(error.args());
    }
  }
  std::string owner_of(const std::string& relation) const {
    return as_owner("SELECT relowner::regrole::text FROM pg_class WHERE oid = '" + relation + "'::regclass")[0][0].c_str();
  }

  const std::string name, role;

 private:
  static std::string server() {
    const char* const text = std::getenv("PODLOAD_TEST_DATABASE");
    if (text == nullptr || *text == '\0') throw std::runtime_error("PODLOAD_TEST_DATABASE is not set; cases tagged [database] need it");
    return text;
  }
  static pqxx::result run(const std::string& where, const std::string& sql) {
    pqxx::connection connection(where);
    return pqxx::nontransaction(connection).exec(sql);
  }

  const std::string server_, database_;
};

using Catch::Contains;

}  // namespace

TEST_CASE("a plugin's tables belong to the role of its schema, with or without the schema's name before theirs", "[database]") {
  const Scratch scratch;
  scratch.migrate({"CREATE TABLE " + scratch.name + ".named (x integer); CREATE TABLE bare (x integer); INSERT INTO bare VALUES (1);"
                   "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'; GRANT SELECT ON bare TO podloadd",
                   "-- nothing but a comment", "ALTER TABLE bare ADD COLUMN y integer DEFAULT one()"});
  CHECK(scratch.owner_of(scratch.name + ".named") == scratch.role);
  CHECK(scratch.owner_of(scratch.name + ".bare") == scratch.role);
  CHECK(scratch.as_superuser("SET ROLE podloadd; SELECT y FROM " + scratch.name + ".bare")[0][0].as<int>() == 1);
  CHECK(scratch.as_owner("SELECT count(*) FROM podload.migrations WHERE plugin = 'quotas'")[0][0].as<int>() == 3);
  CHECK(scratch.as_owner("SELECT FROM pg_proc WHERE proname = 'podload_migration'").empty());
  CHECK(scratch.as_owner("INSERT INTO " + scratch.name + ".bare VALUES (2)").affected_rows() == 1);
}

TEST_CASE("a plugin's SQL changes nothing outside its schema, and the file is named", "[database]") {
  const Scratch scratch;
  const auto [sql, message] = GENERATE(table<std::string, std::string>({
      {"DROP TABLE audit.rows", "permission denied for schema audit"},
      {"DELETE FROM audit.rows", "permission denied for schema audit"},
      {"CREATE TABLE audit.mine (x integer)", "permission denied for schema audit"},
      {"CREATE TABLE public.mine (x integer)", "permission denied for schema public"},
      {"CREATE SCHEMA mine", "permission denied for database"},
      {"INSERT INTO podload.migrations (plugin, number, name, checksum) VALUES ('audit', 9, 'x', 'x')", "permission denied for schema podload"},
      {"RESET ROLE; DROP TABLE audit.rows", "cannot set parameter \\\"role\\\""},
      {"SET ROLE podload_owner", "cannot set parameter \\\"role\\\""},
      {"SELECT set_config('role', 'none', false)", "cannot set parameter \\\"role\\\""},
      {"DO $$ BEGIN EXECUTE 'RES' || 'ET ROLE'; END $$", "cannot set parameter \\\"role\\\""},
      {"CREATE FUNCTION f() RETURNS integer LANGUAGE sql SET role TO podload_owner AS 'SELECT 1'; SELECT f()", "cannot set parameter \\\"role\\\""},
      {"SET SESSION AUTHORIZATION DEFAULT", "cannot set parameter \\\"session_authorization\\\""},
      {"COMMIT; DROP TABLE audit.rows", "EXECUTE of transaction commands is not implemented"},
      {"DO $$ BEGIN COMMIT; END $$", "invalid transaction termination"},
      {"GRANT podload_owner TO podloadd", "must have admin option"},
  }));
  const std::string refusal = scratch.refusal({"CREATE TABLE kept (x integer)", "CREATE TABLE lost (x integer);\n" + sql});
  CHECK_THAT(refusal, Contains("migration_failed") && Contains("0002_x.sql") && Contains(message));
  CHECK(scratch.as_owner("SELECT x FROM audit.rows").size() == 1);
  CHECK(scratch.as_owner("SELECT tablename FROM pg_tables WHERE schemaname = '" + scratch.name + "'")[0][0].c_str() == std::string("kept"));
}

TEST_CASE("nothing of a plugin's SQL runs with the owner's rights when the transaction ends", "[database]") {
  const Scratch scratch;
  const std::string attack = "CREATE TABLE t (x integer); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ";
  const std::string trigger =
      " RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();"
      "INSERT INTO t VALUES (1)";
  SECTION("a deferred trigger") {
    CHECK_THAT(scratch.refusal({attack + "DELETE FROM audit.rows;" + trigger}), Contains("permission denied for schema audit"));
  }
  SECTION("a trigger that defers itself again") {
    const std::string again = "IF current_user = 'podload_owner' THEN DELETE FROM audit.rows; ELSE SET CONSTRAINTS ALL DEFERRED; INSERT INTO " +
                              scratch.name + ".t VALUES (2); END IF;";
    CHECK_THAT(scratch.refusal({attack + again + trigger}), Contains("migration_failed") && Contains("pending trigger events"));
  }
  SECTION("a cursor that outlives the transaction") {
    scratch.migrate({"CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN DELETE FROM audit.rows; RETURN 1; END $$;"
                     "DECLARE c CURSOR WITH HOLD FOR SELECT f()"});
  }
  CHECK(scratch.as_owner("SELECT x FROM audit.rows").size() == 1);
}

TEST_CASE("deferrable constraints are allowed", "[database]") {
  const Scratch scratch;
  scratch.migrate({"CREATE TABLE a (x integer PRIMARY KEY); CREATE TABLE b (x integer REFERENCES a DEFERRABLE INITIALLY DEFERRED);"
                   "INSERT INTO b VALUES (1); INSERT INTO a VALUES (1)"});
  CHECK(scratch.as_owner("SELECT FROM " + scratch.name + ".b").size() == 1);
}

TEST_CASE("settings of one file do not reach the next", "[database]") {
  const Scratch scratch;
  scratch.migrate({"SET search_path = pg_catalog; SET standard_conforming_strings = off; SET default_tablespace = ''", "CREATE TABLE here (x text DEFAULT 'a\\b')"});
  CHECK(scratch.owner_of(scratch.name + ".here") == scratch.role);
}

TEST_CASE("a role that is missing or may do more is refused before any SQL runs", "[database]") {
  const Scratch scratch;
  const std::string create = "CREATE TABLE t (x integer)";
  SECTION("missing") {
    scratch.as_superuser("DROP ROLE " + scratch.role);
    CHECK_THAT(scratch.refusal({create}), Contains("schema_role_missing") && Contains(scratch.role));
  }
  SECTION("the owner is no member") {
    scratch.as_superuser("REVOKE " + scratch.role + " FROM podload_owner");
    CHECK_THAT(scratch.refusal({create}), Contains("schema_role_missing"));
  }
  SECTION("it has rights for the server") {
    scratch.as_superuser("ALTER ROLE " + scratch.role + " CREATEROLE");
    CHECK_THAT(scratch.refusal({create}), Contains("schema_role_unfit") && Contains("NOCREATEROLE"));
  }
  SECTION("it is a member of another role") {
    scratch.as_superuser("GRANT podloadd TO " + scratch.role);
    CHECK_THAT(scratch.refusal({create}), Contains("schema_role_unfit") && Contains("REVOKE podloadd FROM " + scratch.role));
  }
  SECTION("it may create schemas") {
    scratch.as_superuser("GRANT CREATE ON DATABASE podload_" + scratch.name + "_test TO " + scratch.role);
    CHECK_THAT(scratch.refusal({create}), Contains("schema_role_unfit") && Contains("REVOKE CREATE ON DATABASE"));
    scratch.as_superuser("REVOKE CREATE ON DATABASE podload_" + scratch.name + "_test FROM " + scratch.role);
  }
  SECTION("everybody may create tables in public, as in PostgreSQL 14") {
    scratch.as_superuser("GRANT CREATE ON SCHEMA public TO PUBLIC");
    CHECK_THAT(scratch.refusal({create}), Contains("schema_role_unfit") && Contains("REVOKE CREATE ON SCHEMA public"));
  }
  CHECK(scratch.as_owner("SELECT FROM pg_namespace WHERE nspname = '" + scratch.name + "'").empty());
}

TEST_CASE("a schema that others use is not taken", "[database]") {
  const Scratch scratch;
  SECTION("the owner's, without migrations of this plugin") {
    scratch.as_owner("CREATE SCHEMA " + scratch.name);
    CHECK_THAT(scratch.refusal({"SELECT 1"}), Contains("schema_taken") && Contains("podload_owner"));
  }
  SECTION("a superuser's") {
    scratch.as_superuser("CREATE SCHEMA " + scratch.name);
    CHECK_THAT(scratch.refusal({"SELECT 1"}), Contains("schema_taken"));
  }
  SECTION("another plugin's, whose migrations were applied in it") {
    scratch.migrate({"CREATE TABLE t (x integer)"});
    Migration thief = scratch.file(1, "DROP TABLE t");
    thief.plugin = "thief";
    std::ostringstream out;
    CHECK(podload::testing::code_of([&] { apply_migrations(scratch.owner(), {thief}, out); }) == "schema_taken");
    CHECK(scratch.owner_of(scratch.name + ".t") == scratch.role);
  }
  SECTION("its own, made beforehand, is used") {
    scratch.as_superuser("CREATE SCHEMA " + scratch.name + " AUTHORIZATION " + scratch.role);
    CHECK(scratch.refusal({"SELECT 1"}).empty());
  }
}

TEST_CASE("what the owner's role had made of a plugin before is handed over with the next migration", "[database]") {
  const Scratch scratch;
  const std::string before =
      "CREATE TABLE logged (id bigint GENERATED ALWAYS AS IDENTITY, n serial, at date NOT NULL) PARTITION BY RANGE (at);"
      "CREATE TABLE logged_2026 PARTITION OF logged FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"
      "CREATE INDEX logged_at ON logged (at); CREATE SEQUENCE loose; CREATE TYPE colour AS ENUM ('red'); CREATE DOMAIN small AS integer;"
      "CREATE TYPE pair AS (a integer, b integer); CREATE VIEW newest AS SELECT max(at) FROM logged;"
      "CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM " + scratch.name + ".logged';"
      "CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
      "CREATE TRIGGER watch BEFORE INSERT ON logged FOR EACH ROW EXECUTE FUNCTION watch();"
      "INSERT INTO logged (at) VALUES ('2026-05-01'); GRANT SELECT ON logged TO podloadd";
  // As it was done before there were these roles: the owner's role executed the file.
  scratch.as_owner("CREATE SCHEMA " + scratch.name + "; SET search_path = " + scratch.name + "; " + before);
  Migration legacy = scratch.file(1, before);
  legacy.as_schema_role = false;
  legacy.sql = "SELECT 1";  // its effect is there; this records its checksum
  std::ostringstream out;
  REQUIRE(apply_migrations(scratch.owner(), {legacy}, out) == 1);
  scratch.as_owner("ALTER TABLE podload.migrations DROP COLUMN schema");
  REQUIRE(scratch.owner_of(scratch.name + ".logged") == "podload_owner");

  scratch.migrate({before});  // nothing to do: nothing changes
  CHECK(scratch.owner_of(scratch.name + ".logged") == "podload_owner");
  CHECK_THAT(scratch.refusal({before, "CREATE TABEL x"}), Contains("migration_failed"));
  CHECK(scratch.owner_of(scratch.name + ".logged") == "podload_owner");

  scratch.migrate({before, "ALTER TABLE logged ADD COLUMN more text; ALTER TYPE colour RENAME VALUE 'red' TO 'blue'; DROP VIEW newest;"
                           "CREATE TABLE logged_2027 PARTITION OF logged FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');"
                           "CREATE OR REPLACE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.more := 'seen'; RETURN NEW; END $$;"
                           "INSERT INTO logged (at) VALUES ('2027-05-01'); SELECT nextval('loose')"});
  const auto count_of_others = [&](const std::string& table, const std::string& schema, const std::string& owner) {
    return scratch.as_owner("SELECT count(*) FROM " + table + " WHERE " + schema + " = '" + scratch.name + "'::regnamespace AND " + owner + " <> '" +
                            scratch.role + "'::regrole")[0][0].as<int>();
  };
  CHECK(count_of_others("pg_class", "relnamespace", "relowner") == 0);
  CHECK(count_of_others("pg_proc", "pronamespace", "proowner") == 0);
  CHECK(count_of_others("pg_type", "typnamespace", "typowner") == 0);
  CHECK(scratch.as_superuser("SET ROLE podloadd; SELECT FROM " + scratch.name + ".logged").size() == 2);
  CHECK(scratch.as_owner("SELECT " + scratch.name + ".total()")[0][0].as<int>() == 2);
  CHECK(scratch.owner_of("audit.rows") == "podload_owner");
}
