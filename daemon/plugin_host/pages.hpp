// ui.json: the pages of a plugin, as data. The console shows them itself: a table of what a GET answers,
// and a form for a change. No script of a plugin runs in the page. Free functions; any thread.
#pragma once

#include <vector>

#include "http/contract.hpp"
#include "plugin_host/manifest.hpp"

namespace podload {

/// The plugin's pages, its operations spelled out as method, path and permission. Throws
/// Error{"bad_page"} for what the console could not show: a title without both languages, an
/// operation that the plugin does not have, a path parameter without its field.
Json pages_of(const Manifest& manifest, const std::vector<Operation>& operations);

}  // namespace podload
