// Deletes whole old months of the log, if that is configured and the tables' owner allows it (audit.retentions, which
// the daemon's role cannot write): first announced in a signed checkpoint, afterwards logged. Owned by the plugin;
// run() on one thread. Throws what Database, CheckpointWriter and PostgreSQL throw; nothing is deleted then.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "chain/checkpoint_writer.hpp"
#include "log/audit_store.hpp"

namespace podload::audit {

class Retention {
 public:
  /// The fewest months that may be kept; a younger month is never deleted.
  static constexpr int kFewestMonths = 3;

  Retention(Database& database, AuditStore& log, const ChainStore& chain, const CheckpointWriter& checkpoints)
      : database_(database), log_(log), chain_(chain), checkpoints_(checkpoints) {}

  /// Keeps this month and `months` whole ones before it; returns the deleted months ("2025-01"). The announcement is
  /// also written to `checkpoint_file`, unless that is empty, before anything is deleted. Throws
  /// Error{"retention_not_allowed"} if the database keeps more months than that.
  std::vector<std::string> run(int months, const std::filesystem::path& checkpoint_file) const;

 private:
  Database& database_;
  AuditStore& log_;
  const ChainStore& chain_;
  const CheckpointWriter& checkpoints_;
};

/// How many months are kept by the allowance in force at `moment` (RFC 3339, UTC); 0: all.
int months_allowed(const std::vector<Allowance>& allowances, const std::string& moment);

/// Whether `month` ("2025-01") is more than `months` whole months before that of `moment`.
bool older_than(const std::string& month, int months, const std::string& moment);

}  // namespace podload::audit
