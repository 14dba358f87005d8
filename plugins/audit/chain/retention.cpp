#include "chain/retention.hpp"

#include <algorithm>
#include <charconv>

#include "chain/sealer.hpp"
#include "podload/error.hpp"

namespace podload::audit {
namespace {

/// Months since the year 0, of "2025-01" or any time that begins like that; 0 for other texts.
int month_number(const std::string& text) {
  int year = 0, month = 0;
  if (text.size() < 7) return 0;
  std::from_chars(text.data(), text.data() + 4, year);
  std::from_chars(text.data() + 5, text.data() + 7, month);
  return year * 12 + month;
}

}  // namespace

int months_allowed(const std::vector<Allowance>& allowances, const std::string& moment) {
  int months = 0;
  for (const Allowance& one : allowances)
    if (one.set_at <= moment) months = one.months;  // the same format, so the texts sort by time
  return months;
}

bool older_than(const std::string& month, int months, const std::string& moment) {
  return month_number(month) + months + 1 <= month_number(moment);
}

std::vector<std::string> Retention::run(int months, const std::filesystem::path& checkpoint_file) const {
  const int kept = std::max(months, kFewestMonths);
  const auto old = database_.transact([&](Transaction& tx) { return log_.months_before(tx, kept); });
  if (old.empty()) return {};
  const auto allowances = database_.transact([&](Transaction& tx) { return log_.allowances(tx); });
  const int allowed = allowances.empty() ? 0 : allowances.back().months;
  if (allowed == 0 || allowed > kept) throw Error("retention_not_allowed", {{"months", kept}, {"allowed", allowed}});
  Sealer(database_, chain_).run();
  if (!checkpoints_.make(old)) return {};  // another daemon is making one
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
