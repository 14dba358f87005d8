// Exports the log page by page: each page is its own transaction, so that a long download holds none open. Owned by the
// reply; one thread at a time. next() throws what Database throws.
#pragma once

#include <functional>
#include <string>

#include "log/audit_store.hpp"
#include "log/log_sentence.hpp"

namespace podload::audit {

enum class ExportFormat { csv, ndjson };

class LogExport {
 public:
  /// `check` runs in each page's transaction and throws if the reader is no longer authorized.
  LogExport(Database& database, const AuditStore& store, LogFilter filter, ExportFormat format, Say say,
            std::function<void(Transaction&)> check)
      : database_(database),
        store_(store),
        filter_(std::move(filter)),
        format_(format),
        say_(std::move(say)),
        check_(std::move(check)) {}

  /// The start of the file.
  std::string head() const;
  /// The next rows, newest first; empty at the end.
  std::string next();

 private:
  std::string text_of(const LogRow& row) const;

  Database& database_;
  const AuditStore& store_;
  const LogFilter filter_;
  const ExportFormat format_;
  const Say say_;
  const std::function<void(Transaction&)> check_;
  std::optional<LogPosition> after_;
  bool ended_ = false;
};

}  // namespace podload::audit
