// A plugin's shared library. Only home of Boost.DLL. Loaded on one thread, never unloaded: an
// exception, function object or static that outlived its code would end the process.
#pragma once

#include <functional>
#include <memory>

#include "plugin_host/manifest.hpp"
#include "podload/plugin.hpp"

namespace podload {

using PluginObject = std::unique_ptr<Plugin, std::function<void(Plugin*)>>;

/// Loads plugin.so of that plugin and makes its object. The ABI record of plugin.yaml is compared
/// before (constructors run inside dlopen), the descriptor's after. Throws Error{"bad_abi"},
/// Error{"bad_library"} with what is wrong. Null where the folder has no plugin.so: rows only.
PluginObject load_library(const Manifest& manifest);

}  // namespace podload
