// The log's HTTP operations: search, list of actions, export. Bound at start; the store outlives them.
#pragma once

#include "log/audit_store.hpp"
#include "podload/host.hpp"

namespace podload::audit {

void bind_log_handlers(Host& host, AuditStore& store);

}  // namespace podload::audit
