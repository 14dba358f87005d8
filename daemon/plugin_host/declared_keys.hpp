// Keys of plugin.yaml that plugins declare for others: `declares:` in the manifest of the plugin that reads them, with a
// JSON schema for a row. Free function; any thread.
#pragma once

#include <vector>

#include "plugin_host/manifest.hpp"

namespace podload {

/// Throws Error{"bad_manifest"} for a key that neither the host nor a configured plugin reads, naming the nearest; a key
/// that two plugins declare; rows that are not a list; and a row that does not match its key's schema. With `faults` these
/// are added to them.
void check_declared_keys(const std::vector<Manifest>& manifests, Faults* faults = nullptr);

}  // namespace podload
