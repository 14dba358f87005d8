// What an administrator sees of events on their way, and does about those that were given up.
#pragma once

#include "plugin_host/plugin_host.hpp"
#include "podload/database.hpp"

namespace podload {

/// Binds the host's own operations of api.yaml that begin with host.events. Both outlive the handlers.
void bind_event_handlers(PluginHost& host, Database& database);

}  // namespace podload
