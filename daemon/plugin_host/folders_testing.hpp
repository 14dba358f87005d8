// For tests: an installation's folders, without plugins at first. One thread.
#pragma once

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "plugin_host/catalog.hpp"
#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"

namespace podload::testing {

/// An installation without plugins, beside it an empty folder for the operator's own; removed at the end.
class Folders {
 public:
  Folders() {
    std::string path = (std::filesystem::temp_directory_path() / "podload-catalog-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
    write("share/host/words.yaml", "{}\n");
    write("share/host/api.yaml", "paths: {}\n");
    write("share/sql/host/0001_events.sql", "SELECT 'host'");
    for (const char* folder : {"plugins", "extra"}) write(std::string(folder) + "/README", "");
  }
  ~Folders() { std::filesystem::remove_all(path_); }
  Folders(const Folders&) = delete;
  Folders& operator=(const Folders&) = delete;

  void write(const std::filesystem::path& file, const std::string& text) const {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file) << text;
    for (std::filesystem::path at = path_ / file; at != path_; at = at.parent_path())
      std::filesystem::permissions(at, std::filesystem::perms::group_write | std::filesystem::perms::others_write, std::filesystem::perm_options::remove);
  }
  void plugin(const std::string& folder, const std::string& name, const std::string& more = "") const {
    write(std::filesystem::path(folder) / name / "plugin.yaml", "name: " + name + "\nversion: 1.0.0\n" + more);
  }

  HostSettings settings(std::vector<std::string> names = {}, bool with_extra = true) const {
    HostSettings settings;
    settings.plugins = std::move(names);
    settings.plugin_dir = path_ / "plugins";
    if (with_extra) settings.extra_plugin_dir = path_ / "extra";
    settings.share_dir = path_ / "share";
    settings.environment = [](const std::string&) { return std::optional<std::string>(); };
    return settings;
  }
  Catalog read(std::vector<std::string> names, bool with_extra = true) const {
    QuietLog log;
    Catalog catalog;
    catalog.read(settings(std::move(names), with_extra), log);
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
  std::filesystem::path path_;
};

}  // namespace podload::testing
