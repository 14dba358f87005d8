// The installation for testing a plugin: its own, deleted afterwards. One thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "plugin_host/plugin_host.hpp"

namespace podload::testing {

/// A new folder among the system's temporary ones.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path path;
};

/// A folder with the contents of an installation: the plugin, the host's data and migrations, a key.
class ScratchInstallation {
 public:
  /// `prefix` is where podload is installed or built. Throws what read_manifest throws.
  ScratchInstallation(const std::filesystem::path& plugin, const std::filesystem::path& prefix);

  /// Adds the plugins that it needs or wants, with those that they need or want, as far as `prefix` has them.
  void add_others() { add_others_of(manifest_); }
  /// Adds a plugin without code, with that plugin.yaml.
  void add_stand_in(const Json& plugin_yaml);

  /// Settings for a PluginHost, with `section` as the plugin's configuration.
  HostSettings settings(const Json& section = Json::object()) const;
  const Manifest& manifest() const { return manifest_; }

 private:
  Manifest add(const std::filesystem::path& plugin);
  void add_others_of(const Manifest& manifest);

  const std::filesystem::path prefix_;
  const ScratchFolder folder_;
  std::vector<std::string> plugins_;
  Manifest manifest_;
};

}  // namespace podload::testing
