// The record of every operation: its row and its two rows in the audit log, written together.
// Any thread.
#pragma once

#include <string>

#include "podload/audit_log.hpp"
#include "podload/authenticator.hpp"
#include "podload/events.hpp"
#include "podload/log.hpp"
#include "record/operation_store.hpp"

namespace podload::pod_load {

class Journal {
 public:
  /// By the database's clock; the work of one operation is far shorter.
  static constexpr int kLeaseSeconds = 45;
  /// While the API server works on the PATCH: longer than its answer is waited for.
  static constexpr int kSentLeaseSeconds = 60;

  /// `authenticator` and `audit` may be null where no request can reach the journal without them.
  Journal(Database& database, Authenticator* authenticator, AuditLog* audit, Events& events, std::string instance, Log& log)
      : database_(database), authenticator_(authenticator), audit_(audit), events_(events), instance_(std::move(instance)), log_(log) {}

  /// Commits the intent and the audit attempt, after checking the permission once more in the same
  /// transaction. Throws what Authenticator::confirm throws (recorded as denied). An operation that
  /// is blocked is recorded as refused.
  OperationStore::Reservation reserve(PodOperation& operation, const Principal& principal);

  /// Notes that the PATCH is about to be sent, and takes the lease for as long as its answer may take. False where the
  /// lease is another's by now: then it must not be sent.
  bool sending(PodOperation& operation);

  /// Notes that the PATCH was acknowledged. False where the lease is another's by now.
  bool applied(const PodOperation& operation);

  /// Commits the outcome and its audit row, then sets `operation.outcome`; false, and nothing written, where another
  /// daemon holds the lease by now.
  bool settle(PodOperation& operation, Outcome outcome);

  /// Ends the lease now, or in some seconds: the settler of any daemon then takes the operation.
  void release(const PodOperation& operation, int in_seconds = 0) noexcept;
  /// Takes operations whose lease is over, at most `per_cluster` of a cluster, none of the clusters in `except`.
  std::vector<PodOperation> claim_expired(int limit, int per_cluster, const std::vector<std::string>& except);
  /// Names and uids of the namespace's other Pods whose removal is not settled.
  std::set<std::string> pending(const PodOperation& operation);
  std::optional<PodOperation> find(const std::string& id);
  std::map<std::string, PodOperation> last_removals(const std::string& cluster_id, const std::vector<std::string>& uids);

  /// Waits until the operation is applied or settled, or five seconds; the last that was seen.
  PodOperation wait_for_answer(PodOperation operation);

 private:
  void emit(Transaction& tx, const char* event, const PodOperation& operation);
  void record(Transaction& tx, const PodOperation& operation, AuditEntry::Phase phase, std::string_view outcome);

  Database& database_;
  Authenticator* const authenticator_;
  AuditLog* const audit_;
  Events& events_;
  const std::string instance_;
  Log& log_;
};

}  // namespace podload::pod_load
