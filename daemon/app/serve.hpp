// `podloadd serve`: connects all parts and runs until SIGTERM or SIGINT.
#pragma once

#include "app/settings.hpp"
#include "podload/log.hpp"
#include "plugin_host/plugin_host.hpp"

namespace podload {

/// Returns the exit code. The host is loaded already; `stop_network` ends all outgoing calls. Throws errors that
/// prevent the start.
int serve(const AppSettings& settings, PluginHost& host, Database& database, MetricsRegistry& metrics, const std::function<void()>& stop_network, Log& log);

/// The host's settings from the configuration file's.
HostSettings host_settings(const AppSettings& settings);

}  // namespace podload
