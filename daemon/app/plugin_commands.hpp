// `podloadd plugin check FOLDER` and `podloadd plugin new NAME`, for authors of plugins. They need no database, no running
// daemon and no configuration file, and run no plugin's code. One thread.
#pragma once

#include <filesystem>
#include <functional>
#include <ostream>
#include <string>

#include "plugin_host/settings.hpp"

namespace podload {

/// Says all that is wrong with the plugin in `folder` on `out`, a line each, or what it has; in `language`. Returns the exit
/// code: 1 if something is wrong. Throws Error{"no_such_folder"}, and what check_plugin throws.
int check_plugin_folder(const std::filesystem::path& folder, const HostSettings& settings, const std::string& language,
                        std::ostream& out);

/// Writes the plugin `name` into the folder `parent`, from the template that is installed with the SDK. Returns its folder.
/// Throws Error{"bad_plugin_name"}, Error{"plugin_exists"}, Error{"no_such_folder"} for `parent`, Error{"no_template"}.
std::filesystem::path make_plugin_folder(const std::string& name, const std::filesystem::path& parent,
                                         const std::filesystem::path& share_dir);

}  // namespace podload
