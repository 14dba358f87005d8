// The record of every operation: its row and its two rows in the audit log, written together.
// Any thread.
#pragma once

#include <string>

#include "operation_store.hpp"
#include "podload/audit_log.hpp"
#include "podload/authenticator.hpp"
#include "podload/events.hpp"
#include "podload/log.hpp"

namespace podload {

class Journal {
 public:
  /// By the database's clock; the work of one operation is far shorter.
  static constexpr int kLeaseSeconds = 45;

  /// `authenticator` and `audit` may be null where no request can reach the journal without them.
  Journal(Database& database, Authenticator* authenticator, AuditLog* audit, Events& events, std::string instance, Log& log)
      : database_(database), authenticator_(authenticator), audit_(audit), events_(events), instance_(std::move(instance)), log_(log) {}

  /// Commits the intent and the audit attempt, after checking the permission once more in the same
  /// transaction. Throws what Authenticator::confirm throws (recorded as denied). An operation that
  /// is blocked is recorded as refused.
  OperationStore::Reservation reserve(PodOperation& operation, const Principal& principal);

  /// Notes that the PATCH was acknowledged. False where the lease is another's by now.
  bool applied(const PodOperation& operation);

  /// Commits the outcome and its audit row; false, and nothing written, where the operation is not
  /// ours any more.
  bool settle(PodOperation& operation, const std::string& outcome);

  bool holds(const PodOperation& operation);
  void release(const PodOperation& operation) noexcept;
  std::vector<PodOperation> claim_expired(int limit);
  std::optional<PodOperation> find(const std::string& id);
  std::map<std::string, PodOperation> last_removals(const std::string& cluster_id, const std::vector<std::string>& uids);

  /// Waits until the operation is applied or settled, or five seconds; the last that was seen.
  PodOperation wait_for_answer(PodOperation operation);

 private:
  void emit(Transaction& tx, const char* event, const PodOperation& operation);
  void record(Transaction& tx, const PodOperation& operation, AuditEntry::Phase phase, const std::string& outcome);

  Database& database_;
  Authenticator* const authenticator_;
  AuditLog* const audit_;
  Events& events_;
  const std::string instance_;
  Log& log_;
};

}  // namespace podload
