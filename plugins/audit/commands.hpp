// The log's commands: podloadd audit verify anchor key, and its part of import flask. Bound at start; the arguments
// outlive them.
#pragma once

#include "chain/chain_store.hpp"
#include "log/audit_store.hpp"
#include "podload/host.hpp"

namespace podload::audit {

void bind_commands(Host& host, AuditStore& log, const ChainStore& store);

/// The seed of the key that signs this installation's checkpoints. Throws Error{"no_key"}.
Secret checkpoint_seed(const Host& host);

}  // namespace podload::audit
