// The installation in which a plugin is tried: its own, gone afterwards. One thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "plugin_host/plugin_host.hpp"

namespace podload::conformance {

/// A folder with what podloadd finds in an installation: the plugin, those that it needs or wants, their
/// migrations, the host's own data, a key.
class ScratchInstallation {
 public:
  /// `prefix` has the others; `sql` is the plugin's migrations, empty where it has none. Throws what
  /// read_manifest throws.
  ScratchInstallation(const std::filesystem::path& plugin, const std::filesystem::path& sql,
                      const std::filesystem::path& prefix);
  ~ScratchInstallation();
  ScratchInstallation(const ScratchInstallation&) = delete;
  ScratchInstallation& operator=(const ScratchInstallation&) = delete;

  /// For a PluginHost with that configuration of the plugin.
  HostSettings settings(const Json& section = Json::object()) const;
  const Manifest& manifest() const { return manifest_; }

 private:
  void add(const Manifest& manifest, const std::filesystem::path& sql);

  const std::filesystem::path prefix_, folder_;
  const Manifest manifest_;
  std::vector<std::string> plugins_;
};

}  // namespace podload::conformance
