#include "log/log_reply.hpp"

namespace podload::audit {
namespace {

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

}  // namespace

std::string shown_time(const LogRow& row) { return row.at.substr(0, row.at.size() - 4) + "Z"; }

Json reply_row(const LogRow& row, const Say& say) {
  const AuditEntry& entry = row.entry;
  return {{"id", row.id},
          {"timestamp", shown_time(row)},
          {"username", entry.username},
          {"action", entry.action},
          {"resource", entry.resource},
          {"details", log_sentence(entry, say)},
          {"phase", entry.phase == AuditEntry::Phase::attempt ? "attempt" : "outcome"},
          {"outcome", or_null(entry.outcome)},
          {"cluster", or_null(entry.cluster)},
          {"namespace", or_null(entry.name_space)},
          {"address", or_null(entry.address)},
          {"credential", or_null(entry.credential)},
          {"operation", or_null(entry.operation)},
          {"request_id", or_null(entry.request_id)},
          {"reason", or_null(entry.reason)},
          {"data", entry.details},
          {"imported", row.imported}};
}

}  // namespace podload::audit
