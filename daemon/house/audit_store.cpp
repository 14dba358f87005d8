#include "house/audit_store.hpp"

#include <string>

namespace podload::testing {

void AuditStore::record(Transaction& tx, const AuditEntry& entry) {
  const auto id = query(tx, "SELECT txid_current()")[0][0].as<std::int64_t>();
  const MutexLock lock(mutex_);
  entries_.emplace_back(id, entry);
}

std::vector<AuditEntry> AuditStore::committed(Transaction& tx) const {
  const MutexLock lock(mutex_);
  std::vector<AuditEntry> committed;
  for (const auto& [id, entry] : entries_)
    if (query(tx, "SELECT txid_status($1)", id)[0][0].c_str() == std::string("committed")) committed.push_back(entry);
  return committed;
}

}  // namespace podload::testing
