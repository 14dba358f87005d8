// The rows of the operation log in PostgreSQL: written in the caller's transaction, read newest
// first. Owned by the plugin; any thread. Throws what libpqxx throws; the host's Database
// translates it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "log/log_filter.hpp"
#include "podload/audit_log.hpp"
#include "podload/database.hpp"

namespace podload::audit {

struct LogRow {
  long long id = 0;
  std::string at;  ///< RFC 3339, UTC, microseconds
  AuditEntry entry;
  bool imported = false;  ///< Of a log kept elsewhere before: podload did not see it happen.
};

struct LogPage {
  std::vector<LogRow> rows;
  std::optional<LogPosition> next;  ///< Where more may be; nothing at the end of the log.
};

/// A row of a log that was kept elsewhere before.
struct ImportedRow {
  std::string at;      ///< RFC 3339, UTC, microseconds
  std::string source;  ///< 32 bytes that tell it from every other one
  std::string action, username, resource;
  Json details;
};

/// A row of audit.retentions.
struct Allowance {
  std::string set_at;  ///< RFC 3339, UTC, microseconds
  int months = 0;      ///< Whole months that are kept before the current one from then on; 0: all.
};

inline constexpr std::string_view kOldestImport = "2014-01-01T00:00:00.000000Z";  ///< Before there was Kubernetes

class AuditStore final : public AuditLog {
 public:
  /// Text of the entry that could not be stored or would deceive a reader is made fit first: a row
  /// is never lost over the bytes that a stranger sent.
  void record(Transaction& tx, const AuditEntry& entry) override;

  /// At most `most` rows, newest first, after that position or from the newest on. A page for a text
  /// (`q`) looks at so many rows and no more: it may be short, even empty, with more behind it.
  LogPage page(Transaction& tx, const LogFilter& filter, const std::optional<LogPosition>& after, int most) const;

  /// Every action that the log has, in order of the alphabet.
  std::vector<std::string> actions(Transaction& tx) const;

  /// The database's clock: RFC 3339, UTC, microseconds.
  std::string now(Transaction& tx) const;
  /// Puts the row in, marked as imported; whether it was new. Its time is from kOldestImport to now.
  bool import(Transaction& tx, const ImportedRow& row) const;

  /// Makes the partitions of this and the next months; returns the names of the new ones.
  std::vector<std::string> make_partitions(Transaction& tx) const;

  /// The months ("2025-01") with a partition that lie before the last `kept` whole ones, oldest first.
  std::vector<std::string> months_before(Transaction& tx, int kept) const;
  /// What the owner of the tables has allowed retention to take out, the oldest first.
  std::vector<Allowance> allowances(Transaction& tx) const;
  /// Takes out that month's rows; how many. PostgreSQL refuses what may not go.
  long long drop_month(Transaction& tx, const std::string& month) const;
};

}  // namespace podload::audit
