// Loads a plugin's shared library. The only code that uses Boost.DLL. On one thread; never unloads: an exception,
// function object or static that outlived its code would crash the process.
#pragma once

#include <functional>
#include <memory>

#include "plugin_host/manifest.hpp"
#include "podload/plugin.hpp"

namespace podload {

using PluginObject = std::unique_ptr<Plugin, std::function<void(Plugin*)>>;

/// Compares the ABI records of plugin.yaml and of plugin.so with the host's, without loading it. Throws Error{"bad_abi"}, or
/// Error{"bad_library"} if plugin.yaml has none. Nothing if the folder has no plugin.so.
void check_library(const Manifest& manifest);

/// Loads the plugin's plugin.so and creates its object. Compares the ABI records of plugin.yaml and of the file before
/// loading, because constructors run inside dlopen, and the descriptor's record afterwards. Throws Error{"bad_abi"}, or
/// Error{"bad_library"} with the reason. Null if the folder has no plugin.so: rows only.
PluginObject load_library(const Manifest& manifest);

}  // namespace podload
