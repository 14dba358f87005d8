// The log's part of the command line: podloadd audit verify | anchor | key, and its part of import
// flask. Bound at start; what they are given outlives them.
#pragma once

#include "log/audit_store.hpp"
#include "chain/chain_store.hpp"
#include "podload/host.hpp"

namespace podload::audit {

void bind_commands(Host& host, AuditStore& log, const ChainStore& store);

/// The key that signs this installation's checkpoints. Throws Error{"no_key"}.
Secret checkpoint_seed(const Host& host);

}  // namespace podload::audit
