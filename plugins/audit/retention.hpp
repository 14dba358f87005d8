// Takes whole old months out of the log, where that is configured: announced first in a signed
// checkpoint, told in the log after. Owned by the plugin; run() on one thread. Throws what Database,
// CheckpointWriter and PostgreSQL throw: nothing is taken out then.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "audit_store.hpp"
#include "checkpoint_writer.hpp"

namespace podload::audit {

class Retention {
 public:
  /// The fewest months that may be kept; a younger month is never taken out.
  static constexpr int kFewestMonths = 3;

  Retention(Database& database, AuditStore& log, const ChainStore& chain, const CheckpointWriter& checkpoints)
      : database_(database), log_(log), chain_(chain), checkpoints_(checkpoints) {}

  /// Keeps this month and so many whole ones before it; the months that were taken out ("2025-01").
  /// The announcement is also in `checkpoint_file`, unless that is empty, before anything goes.
  std::vector<std::string> run(int months, const std::filesystem::path& checkpoint_file) const;

 private:
  Database& database_;
  AuditStore& log_;
  const ChainStore& chain_;
  const CheckpointWriter& checkpoints_;
};

}  // namespace podload::audit
