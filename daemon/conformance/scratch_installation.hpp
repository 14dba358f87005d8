// The installation for testing a plugin: its own, deleted afterwards. One thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "plugin_host/plugin_host.hpp"

namespace podload::conformance {

/// A folder with the contents of an installation: the plugin, those that it needs or wants, the host's data, a key.
class ScratchInstallation {
 public:
  /// `prefix` contains the other plugins. Throws what read_manifest throws.
  ScratchInstallation(const std::filesystem::path& plugin, const std::filesystem::path& prefix);
  ~ScratchInstallation();
  ScratchInstallation(const ScratchInstallation&) = delete;
  ScratchInstallation& operator=(const ScratchInstallation&) = delete;

  /// Settings for a PluginHost, with `section` as the plugin's configuration.
  HostSettings settings(const Json& section = Json::object()) const;
  const Manifest& manifest() const { return manifest_; }

 private:
  void add(const Manifest& manifest);

  const std::filesystem::path prefix_, folder_;
  const Manifest manifest_;
  std::vector<std::string> plugins_;
};

}  // namespace podload::conformance
