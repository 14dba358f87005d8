// Which plugins a configuration finds, and which SQL belongs to them.
#include "plugin_host/catalog.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using podload::testing::QuietLog;

namespace {

namespace fs = std::filesystem;

/// An installation without plugins, beside it an empty folder for the operator's own; removed at the end.
class Folders {
 public:
  Folders() {
    std::string path = (fs::temp_directory_path() / "podload-catalog-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
    write("share/host/words.yaml", "{}\n");
    write("share/host/api.yaml", "paths: {}\n");
    write("share/sql/host/0001_events.sql", "SELECT 'host'");
    for (const char* folder : {"plugins", "extra"}) write(std::string(folder) + "/README", "");
  }
  ~Folders() { fs::remove_all(path_); }
  Folders(const Folders&) = delete;
  Folders& operator=(const Folders&) = delete;

  void write(const fs::path& file, const std::string& text) const {
    fs::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file) << text;
    for (fs::path at = path_ / file; at != path_; at = at.parent_path())
      fs::permissions(at, fs::perms::group_write | fs::perms::others_write, fs::perm_options::remove);
  }
  void plugin(const std::string& folder, const std::string& name, const std::string& more = "") const {
    write(fs::path(folder) / name / "plugin.yaml", "name: " + name + "\nversion: 1.0.0\n" + more);
  }

  Catalog read(std::vector<std::string> names, bool with_extra = true) const {
    HostSettings settings;
    settings.plugins = std::move(names);
    settings.plugin_dir = path_ / "plugins";
    if (with_extra) settings.extra_plugin_dir = path_ / "extra";
    settings.share_dir = path_ / "share";
    settings.environment = [](const std::string&) { return std::optional<std::string>(); };
    QuietLog log;
    Catalog catalog;
    catalog.read(settings, log);
    return catalog;
  }
  /// The error's code and arguments; empty if there is none.
  std::pair<std::string, Json> refusal(std::vector<std::string> names, bool with_extra = true) const {
    try {
      read(std::move(names), with_extra);
      return {};
    } catch (const Error& error) {
      return {error.code(), error.args()};
    }
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

}  // namespace

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
