// What a plugin is tried in: a database and an installation of its own, gone afterwards. One thread.
#pragma once

#include <filesystem>
#include <string>

#include "plugin_host/plugin_host.hpp"

namespace podload::conformance {

/// A new database on the server of `server`, a superuser's libpq string; dropped at the end.
class ScratchDatabase {
 public:
  /// Throws pqxx's errors where the server does not answer or the user may not make one.
  explicit ScratchDatabase(std::string server);
  ~ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  std::string as_owner() const { return as_daemon() + " options='-c role=podload_owner'"; }
  std::string as_daemon() const { return server_ + " dbname=" + name_; }

 private:
  const std::string server_;
  const std::string name_;
};

/// A folder with what podloadd finds in an installation: the plugin, those that it needs or wants, their
/// migrations, the host's own data, a key.
class ScratchInstallation {
 public:
  /// `prefix` has the others; `sql` is the plugin's migrations, empty where it has none. Throws what
  /// read_manifest throws.
  ScratchInstallation(const std::filesystem::path& plugin, const std::filesystem::path& sql, const std::filesystem::path& prefix);
  ~ScratchInstallation();
  ScratchInstallation(const ScratchInstallation&) = delete;
  ScratchInstallation& operator=(const ScratchInstallation&) = delete;

  /// For a PluginHost with that configuration of the plugin.
  PluginHost::Settings settings(const Json& section = Json::object()) const;
  const Manifest& manifest() const { return manifest_; }

 private:
  void add(const Manifest& manifest, const std::filesystem::path& sql);

  const std::filesystem::path prefix_, folder_;
  const Manifest manifest_;
  std::vector<std::string> plugins_;
};

}  // namespace podload::conformance
