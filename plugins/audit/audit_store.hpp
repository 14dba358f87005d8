// The rows of the operation log in PostgreSQL: written in the caller's transaction, read newest
// first. Owned by the plugin; any thread. Throws what libpqxx throws; the host's Database
// translates it.
#pragma once

#include <string>
#include <vector>

#include "podload/audit_log.hpp"
#include "podload/database.hpp"

namespace podload::audit {

struct LogRow {
  long long id = 0;
  std::string at;  ///< RFC 3339, UTC
  AuditEntry entry;
};

class AuditStore final : public AuditLog {
 public:
  /// Text of the entry that could not be stored or would deceive a reader is made fit first: a row
  /// is never lost over the bytes that a stranger sent.
  void record(Transaction& tx, const AuditEntry& entry) override;

  /// At most `most` rows, newest first; of every action where `action` is empty.
  std::vector<LogRow> newest(Transaction& tx, const std::string& action, int most) const;

  /// Makes the partitions of this and the next months; returns the names of the new ones.
  std::vector<std::string> make_partitions(Transaction& tx) const;
};

/// How an action is spelled in the log: "remove-load" is "remove_load".
std::string action_name(std::string_view text);

}  // namespace podload::audit
