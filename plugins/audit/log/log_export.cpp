#include "log/log_export.hpp"

#include "log/csv.hpp"
#include "log/log_reply.hpp"

namespace podload::audit {
namespace {

constexpr int kPage = 1000;

}  // namespace

std::string LogExport::head() const {
  if (format_ == ExportFormat::ndjson) return {};
  return std::string(kCsvMark) +
         csv_record({"id", "timestamp", "username", "action", "outcome", "resource", "cluster", "namespace", "reason",
                     "details", "address", "phase", "operation", "credential", "request_id", "imported", "data"});
}

std::string LogExport::next() {
  std::string text;
  while (text.empty() && !ended_) {  // a page of a text search may be empty although more follow
    const LogPage page = database_.transact([&](Transaction& tx) {
      check_(tx);
      return store_.page(tx, filter_, after_, kPage);
    });
    for (const LogRow& row : page.rows) text += text_of(row);
    after_ = page.next;
    ended_ = !page.next;
  }
  return text;
}

std::string LogExport::text_of(const LogRow& row) const {
  if (format_ == ExportFormat::ndjson) return print_json(reply_row(row, say_)) + "\n";
  const AuditEntry& entry = row.entry;
  return csv_record({std::to_string(row.id), shown_time(row), entry.username, entry.action, entry.outcome,
                     entry.resource, entry.cluster, entry.name_space, entry.reason, log_sentence(entry, say_),
                     entry.address, entry.phase == AuditEntry::Phase::attempt ? "attempt" : "outcome", entry.operation,
                     entry.credential, entry.request_id, row.imported ? "true" : "false", print_json(entry.details)});
}

}  // namespace podload::audit
