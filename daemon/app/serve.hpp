// `podloadd serve`: everything wired together, until SIGTERM or SIGINT.
#pragma once

#include "app/settings.hpp"
#include "podload/log.hpp"
#include "plugin_host/plugin_host.hpp"

namespace podload {

/// Returns the exit code. The host is loaded already; `stop_network` ends every outgoing call. Throws what refuses the start.
int serve(const AppSettings& settings, PluginHost& host, Database& database, const std::function<void()>& stop_network, Log& log);

/// A host's settings from the file's.
HostSettings host_settings(const AppSettings& settings);

}  // namespace podload
