#include "retention.hpp"

#include <algorithm>

#include "sealer.hpp"

namespace podload::audit {

std::vector<std::string> Retention::run(int months, const std::filesystem::path& checkpoint_file) const {
  const int kept = std::max(months, kFewestMonths);
  const auto old = database_.transact([&](Transaction& tx) { return log_.months_before(tx, kept); });
  if (old.empty()) return {};
  Sealer(database_, chain_).run();
  if (!checkpoints_.make(old)) return {};  // another daemon is at it
  if (!checkpoint_file.empty()) checkpoints_.copy_to(checkpoint_file);
  for (const std::string& month : old)
    database_.transact([&](Transaction& tx) {
      AuditEntry entry;
      entry.action = "drop_old_logs";
      entry.outcome = "ok";
      entry.username = "podload";
      entry.details = {{"month", month}, {"rows_dropped", log_.drop_month(tx, month)}, {"months_kept", kept}};
      log_.record(tx, entry);
    });
  return old;
}

}  // namespace podload::audit
