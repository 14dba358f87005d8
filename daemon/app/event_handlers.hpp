// Operations for administrators: list events that could not be delivered, and retry or drop those that were given up.
#pragma once

#include "plugin_host/plugin_host.hpp"
#include "podload/database.hpp"

namespace podload {

/// Binds the host's operations host.events... of api.yaml. Both arguments outlive the handlers.
void bind_event_handlers(PluginHost& host, Database& database);

}  // namespace podload
