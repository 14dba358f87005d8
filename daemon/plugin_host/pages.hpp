// ui.json: a plugin's pages as data. The console renders them: a table for the reply of a GET, and a form for a change.
// No script of a plugin runs in the page. Free functions; any thread.
#pragma once

#include <vector>

#include "http/contract.hpp"
#include "plugin_host/manifest.hpp"

namespace podload {

/// The plugin's pages, with operations expanded to method, path and permission. Throws Error{"bad_page"} for a page
/// that the console could not render: a title without both languages, an operation that the plugin does not have, a
/// path parameter without a field; with `faults` these are added to them.
Json pages_of(const Manifest& manifest, const std::vector<Operation>& operations, Faults* faults = nullptr);

}  // namespace podload
