// The operation log in place of the plugin audit's: in memory, but a row counts only once its transaction was committed. Any
// thread; throws what the database throws.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "podload/audit_log.hpp"
#include "podload/mutex.hpp"

namespace podload::testing {

class AuditStore final : public AuditLog {
 public:
  void record(Transaction& tx, const AuditEntry& entry) override;

  /// Those of committed transactions, the oldest first.
  std::vector<AuditEntry> committed(Transaction& tx) const;

 private:
  mutable Mutex mutex_;
  std::vector<std::pair<std::int64_t, AuditEntry>> entries_ PODLOAD_GUARDED_BY(mutex_);  ///< With the transaction's id.
};

}  // namespace podload::testing
