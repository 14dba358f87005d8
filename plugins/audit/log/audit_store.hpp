// The rows of the operation log in PostgreSQL: written in the caller's transaction, read newest first. Owned by the
// plugin; any thread. Throws what libpqxx throws; the host's Database translates it.
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
  bool imported = false;  ///< From an earlier log elsewhere: podload did not observe it.
};

struct LogPage {
  std::vector<LogRow> rows;
  std::optional<LogPosition> next;  ///< Where the next page starts; nothing at the end of the log.
};

/// A row of an earlier log that was kept elsewhere.
struct ImportedRow {
  std::string at;      ///< RFC 3339, UTC, microseconds
  std::string source;  ///< 32 bytes that identify it
  std::string action, username, resource;
  Json details;
};

/// A row of audit.retentions.
struct Allowance {
  std::string set_at;  ///< RFC 3339, UTC, microseconds
  int months = 0;      ///< Whole months kept before the current one from then on; 0: all.
};

inline constexpr std::string_view kOldestImport = "2014-01-01T00:00:00.000000Z";  ///< Before Kubernetes existed

class AuditStore final : public AuditLog {
 public:
  /// First cleans texts that could not be stored or would deceive a reader: a row must not be lost because of bytes
  /// that a client sent.
  void record(Transaction& tx, const AuditEntry& entry) override;

  /// At most `most` rows, newest first, after that position or from the newest on. A page of a text search (`q`)
  /// examines a limited number of rows: it may be short, even empty, although more follow.
  LogPage page(Transaction& tx, const LogFilter& filter, const std::optional<LogPosition>& after, int most) const;

  /// All actions in the log, in alphabetical order.
  std::vector<std::string> actions(Transaction& tx) const;

  /// The database's clock: RFC 3339, UTC, microseconds.
  std::string now(Transaction& tx) const;
  /// Inserts the row, marked as imported; returns whether it was new. Its time must be from kOldestImport to now.
  bool import(Transaction& tx, const ImportedRow& row) const;

  /// Creates the partitions of this and the next months; returns the names of the new ones.
  std::vector<std::string> make_partitions(Transaction& tx) const;

  /// The months ("2025-01") with a partition that are before the last `kept` whole ones, oldest first.
  std::vector<std::string> months_before(Transaction& tx, int kept) const;
  /// What the tables' owner has allowed retention to delete, the oldest first.
  std::vector<Allowance> allowances(Transaction& tx) const;
  /// Deletes that month's rows; returns how many. PostgreSQL refuses if that is not allowed.
  long long drop_month(Transaction& tx, const std::string& month) const;
};

}  // namespace podload::audit
