// Which plugins a configuration finds, and which SQL belongs to them.
#include "plugin_host/catalog.hpp"

#include <catch2/catch.hpp>

#include "plugin_host/folders_testing.hpp"

using namespace podload;
using podload::testing::Folders;

TEST_CASE("the migrations of a plugin are those in its folder, and run as the role of its schema") {
  const Folders folders;
  folders.plugin("plugins", "notify", "schema: notify\n");
  folders.write("plugins/notify/sql/0001_hooks.sql", "SELECT 1");
  folders.plugin("extra", "quotas", "schema: quotas\n");
  folders.write("extra/quotas/sql/0001_tables.sql", "SELECT 2");
  folders.write("extra/quotas/sql/0002_more.sql", "SELECT 3");
  folders.write("extra/quotas/sql/README", "no migration");
  folders.write("share/sql/quotas/0001_elsewhere.sql", "SELECT 4");
  const Catalog catalog = folders.read({"notify", "quotas"});
  std::string read;
  for (const Migration& migration : catalog.migrations())
    read += migration.plugin + "/" + migration.name + " " + migration.schema + (migration.as_schema_role ? "; " : " as the owner; ");
  CHECK(read == "host/0001_events.sql podload as the owner; notify/0001_hooks.sql notify; quotas/0001_tables.sql quotas; quotas/0002_more.sql quotas; ");
}

TEST_CASE("a schema without SQL is refused, and SQL without a schema") {
  const Folders folders;
  folders.plugin("extra", "quotas", "schema: quotas\n");
  CHECK(folders.refusal({"quotas"}) == std::pair<std::string, Json>("schema_without_sql", {{"plugin", "quotas"}, {"folder", folders.path("extra/quotas/sql")}}));
  folders.write("extra/quotas/sql/README", "no migration");
  CHECK(folders.refusal({"quotas"}).first == "schema_without_sql");
  folders.write("extra/quotas/sql/0001_tables.sql", "SELECT 1");
  CHECK(folders.refusal({"quotas"}).first.empty());
  folders.plugin("extra", "quotas");
  CHECK(folders.refusal({"quotas"}) == std::pair<std::string, Json>("sql_without_schema", {{"plugin", "quotas"}, {"folder", folders.path("extra/quotas/sql")}}));
}

TEST_CASE("two plugins with one schema are refused") {
  const Folders folders;
  for (const char* name : {"one", "other"}) folders.plugin("extra", name, "schema: same\n");
  CHECK(folders.refusal({"one", "other"}).second.value("what", "") == "the schema same belongs to the plugin one");
}

TEST_CASE("a plugin whose folder is gone: both folders are named, and the nearest name in them") {
  const Folders folders;
  folders.plugin("plugins", "notify");
  folders.plugin("extra", "quotas");
  folders.write("extra/quota/README", "no plugin");
  const std::string both = folders.path("plugins") + ", " + folders.path("extra");
  CHECK(folders.refusal({"quotes"}) == std::pair<std::string, Json>("no_such_plugin", {{"plugin", "quotes"}, {"folders", both}, {"nearest", "quotas"}}));
  CHECK(folders.refusal({"notfy"}).second.value("nearest", "") == "notify");
  CHECK(folders.refusal({"entirely-else"}).second.value("nearest", "-").empty());
  CHECK(folders.refusal({"quotas"}, false) ==
        std::pair<std::string, Json>("no_such_plugin", {{"plugin", "quotas"}, {"folders", folders.path("plugins")}, {"nearest", ""}}));
  for (const char* name : {"", "../extra/quotas", ".quotas"}) CHECK(folders.refusal({name}).first == "bad_manifest");
}
