// A plugin.yaml as the host reads it.
#include "plugin_host/manifest.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;

namespace {

namespace fs = std::filesystem;

/// A folder of plugins with one plugin, `quotas`; removed at the end.
class PluginDir {
 public:
  PluginDir() {
    std::string path = (fs::temp_directory_path() / "podload-manifest-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
    fs::create_directory(path_ / "quotas");
  }
  ~PluginDir() { fs::remove_all(path_); }
  PluginDir(const PluginDir&) = delete;
  PluginDir& operator=(const PluginDir&) = delete;

  Manifest read(const std::string& more) const {
    std::ofstream(path_ / "quotas/plugin.yaml") << "name: quotas\nversion: 1.0.0\n" << more;
    fs::permissions(path_ / "quotas/plugin.yaml", fs::perms::owner_read | fs::perms::owner_write);
    fs::permissions(path_ / "quotas", fs::perms::owner_all);
    return read_manifest(path_, "quotas");
  }

  /// The fault found; empty if the file is accepted.
  std::string fault(const std::string& more) const {
    try {
      read(more);
      return {};
    } catch (const Error& error) {
      CHECK(error.code() == "bad_manifest");
      return text_member(error.args(), "what");
    }
  }
  /// The code of the error for a plugin with a schema.
  std::string refusal_with_schema() const {
    return podload::testing::code_of([this] { read("schema: quotas\n"); });
  }
  const fs::path& path() const { return path_; }
  std::string fault_of_row(const std::string& row) const { return fault("cluster_rights:\n  - {" + row + "}\n"); }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("a plugin declares what it does in a cluster") {
  const PluginDir dir;
  const Manifest manifest = dir.read(
      "cluster_rights:\n"
      "  - {resource: resourcequotas, verbs: [get, list, watch], for: the page of quotas}\n"
      "  - {resource: resourcequotas, verbs: [patch], optional: true, for: raising a quota}\n"
      "  - {group: apps, resource: deployments, verbs: [list], for: 'the consumers: by label'}\n"
      "  - {resource: pods/log, verbs: [get], for: logs}\n");
  CHECK(manifest.rows.at("cluster_rights").size() == 4);
  CHECK(dir.fault("").empty());
}

TEST_CASE("a wrong row of cluster_rights is refused with its fault") {
  const PluginDir dir;
  CHECK(dir.fault("cluster_rights: {resource: pods}\n") == "cluster_rights: it must be a list");
  CHECK(dir.fault("cluster_rights: [pods]\n") == "cluster_rights: row 1: it must be a mapping");
  CHECK(dir.fault_of_row("resource: '', verbs: [list], for: x") ==
        "cluster_rights: row 1: `resource` is missing: the plural of the kind, such as `pods`");
  CHECK(dir.fault_of_row("verbs: [list], for: x") ==
        "cluster_rights: row 1: `resource` is missing: the plural of the kind, such as `pods`");
  for (const char* resource : {"'*'", "Pods", "pods/", "/log", "pods/log/x", "'pods\\n  x'"})
    CHECK(dir.fault_of_row(std::string("resource: ") + resource + ", verbs: [list], for: x")
              .find("`resource` must be the plural of a kind") != std::string::npos);
  CHECK(dir.fault_of_row("resource: pods, group: apps/v1, verbs: [list], for: x") ==
        "cluster_rights: row 1 (pods): `group` must be an API group, such as `apps`; leave it out for Kubernetes' core");
  CHECK(dir.fault_of_row("resource: pods, group: 1, verbs: [list], for: x") ==
        "cluster_rights: row 1 (pods): `group` must be a text");
  for (const char* verb : {"'*'", "impersonate", "escalate", "bind", "deletecollection", "GET"})
    CHECK(dir.fault_of_row(std::string("resource: pods, verbs: [") + verb + "], for: x")
              .ends_with("is not one of get, list, watch, create, update, patch, delete"));
  CHECK(dir.fault_of_row("resource: pods, verbs: [1], for: x") ==
        "cluster_rights: row 1 (pods): the verb `1` is not one of get, list, watch, create, update, patch, delete");
  for (const char* verbs : {"", "verbs: [], ", "verbs: list, "})
    CHECK(dir.fault_of_row(std::string("resource: pods, ") + verbs + "for: x") ==
          "cluster_rights: row 1 (pods): `verbs` must be a list of at least one verb");
  CHECK(dir.fault_of_row("resource: pods, verbs: [list]") ==
        "cluster_rights: row 1 (pods): `for` is missing: what the plugin uses the right for");
  CHECK(dir.fault_of_row("resource: pods, verbs: [list], for: \"a\\nb\"") ==
        "cluster_rights: row 1 (pods): `for` must be one line of at most 200 characters without control characters");
  CHECK(dir.fault_of_row("resource: pods, verbs: [list], for: x, optional: 'yes'") ==
        "cluster_rights: row 1 (pods): `optional` must be true or false");
  CHECK(dir.fault_of_row("resource: pods, verbs: [list], for: x, verb: get") ==
        "cluster_rights: row 1 (pods): `verb` is not known; did you mean `verbs`?");
}

TEST_CASE("a right is declared once") {
  const PluginDir dir;
  CHECK(dir.fault_of_row("resource: pods, verbs: [list, list], for: x") ==
        "cluster_rights: row 1 (pods): `list` of this resource is declared twice");
  CHECK(dir.fault("cluster_rights:\n  - {resource: pods, verbs: [get, list], for: x}\n  - {group: '', resource: pods, "
                  "verbs: [list], optional: true, for: y}\n") ==
        "cluster_rights: row 2 (pods): `list` of this resource is declared twice");
  CHECK(dir.fault("cluster_rights:\n  - {resource: pods, verbs: [list], for: x}\n  - {group: metrics.k8s.io, resource: "
                  "pods, verbs: [list], for: y}\n")
            .empty());
}

TEST_CASE("a plugin says how many of its handlers may run at once, how long they take, and whether podload needs it") {
  const PluginDir dir;
  const Manifest silent = dir.read("");
  CHECK_FALSE(silent.essential);
  CHECK_FALSE(silent.concurrency);
  CHECK(silent.seconds == std::chrono::seconds(60));
  const Manifest manifest = dir.read("essential: true\nconcurrency: 3\nseconds: 5\n");
  CHECK(manifest.essential);
  CHECK(manifest.concurrency == 3U);
  CHECK(manifest.seconds == std::chrono::seconds(5));
  CHECK(*dir.read("concurrency: all\n").concurrency > 1'000'000);
  for (const char* wrong : {"0", "-1", "1.5", "some", "'3'"}) CHECK(dir.fault(std::string("concurrency: ") + wrong + "\n") == "concurrency: must be a number from 1, or `all`");
  for (const char* wrong : {"0", "3601", "'5'"}) CHECK(dir.fault(std::string("seconds: ") + wrong + "\n") == "seconds: must be a number from 1 to 3600");
}

TEST_CASE("a schema's name is the plugin's own, and can be part of a role's name") {
  const PluginDir dir;
  for (const char* schema : {"quotas", "pod_load", "q2"}) CHECK(dir.fault(std::string("schema: ") + schema + "\n").empty());
  for (const char* schema : {"Quotas", "pod-load", "2q", "_q", "'a b'", "'a\"b'", "a23456789_123456789_123456789_123456789_123456789_1"})
    CHECK_THAT(dir.fault(std::string("schema: ") + schema + "\n"), Catch::Contains("must be of a-z, 0-9 and _"));
  for (const char* schema : {"podload", "owner", "public", "information_schema"})
    CHECK_THAT(dir.fault(std::string("schema: ") + schema + "\n"), Catch::Contains(schema) && Catch::Contains("is taken"));
  CHECK_THAT(dir.fault("schema: pg_catalog\n"), Catch::Contains("PostgreSQL's own"));
}

TEST_CASE("SQL that others may write, or that lies elsewhere, is refused") {
  const PluginDir dir;
  dir.read("schema: quotas\n");
  const fs::path sql = dir.path() / "quotas/sql", file = sql / "0001_tables.sql";
  fs::create_directory(sql);
  std::ofstream(file) << "SELECT 1";
  fs::permissions(sql, fs::perms::owner_all);
  fs::permissions(file, fs::perms::owner_read);
  CHECK_NOTHROW(dir.read("schema: quotas\n"));
  fs::permissions(file, fs::perms::owner_read | fs::perms::others_write);
  CHECK(dir.refusal_with_schema() == "writable_by_others");
  fs::permissions(file, fs::perms::owner_read);
  fs::permissions(sql, fs::perms::owner_all | fs::perms::group_write);
  CHECK(dir.refusal_with_schema() == "writable_by_others");
  fs::permissions(sql, fs::perms::owner_all);
  fs::rename(file, dir.path() / "elsewhere.sql");
  fs::create_symlink(dir.path() / "elsewhere.sql", file);
  CHECK(dir.refusal_with_schema() == "outside_folder");
}

TEST_CASE("a version satisfies what is at most as high, number by number") {
  CHECK(satisfies("1.2.0", ">=1.2"));
  CHECK(satisfies("1.10.0", ">=1.9"));
  CHECK(satisfies("2.0", "1.2"));
  CHECK_FALSE(satisfies("1.2.0", ">=1.2.1"));
  CHECK_FALSE(satisfies("1.9", ">=1.10"));
}

TEST_CASE("plugins start after what they need and want, also if another one replaces it; a circle is named") {
  const auto made = [](const char* name, std::vector<std::string> wants, const char* replaces = "") {
    Manifest manifest;
    manifest.name = name;
    manifest.wants = std::move(wants);
    manifest.replaces = replaces;
    return manifest;
  };
  std::string order;
  for (const Manifest& manifest : start_order({made("a", {"auth", "absent"}), made("b", {"a"}), made("sso", {}, "auth")})) order += manifest.name + " ";
  CHECK(order == "sso a b ");
  try {
    start_order({made("a", {"b"}), made("b", {"c"}), made("c", {"b"})});
    FAIL("a circle");
  } catch (const Error& error) {
    CHECK(error.code() == "plugin_circle");
    CHECK(text_member(error.args(), "plugins") == "b → c → b");
  }
}
