// All that is wrong with a plugin's folder, without running its code: what the daemon would refuse when it reads the plugin
// (Catalog, DeclaredEvents) or starts it (needs, events, the library's ABI record). Free function; any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/faults.hpp"
#include "plugin_host/catalog.hpp"

namespace podload {

struct PluginCheck {
  Catalog catalog;  ///< With the plugin itself and the plugins of the installation, as far as they could be read.
  std::string plugin;
  std::vector<Faults::Fault> faults;
};

/// Reads the plugin in `folder` together with those in the settings' plugin_dir and extra_plugin_dir, whichever are configured,
/// except one of its name and one that it replaces. Throws Error{"file_unreadable"} for the host's own files, and
/// Error{"bad_manifest"} if the folder's name cannot be a plugin's.
PluginCheck check_plugin(const std::filesystem::path& folder, const HostSettings& settings);

}  // namespace podload
