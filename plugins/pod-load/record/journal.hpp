// Records every operation: its row, its two audit rows and its events, each written in one transaction. Owned by the
// plugin; any thread. Throws Error{"database_unavailable"} unless noexcept.
#pragma once

#include <functional>
#include <string>

#include "podload/audit_log.hpp"
#include "podload/authenticator.hpp"
#include "podload/events.hpp"
#include "podload/log.hpp"
#include "record/operation_metrics.hpp"
#include "record/operation_store.hpp"

namespace podload::pod_load {

class Journal {
 public:
  /// By the database's clock; one operation takes far less.
  static constexpr int kLeaseSeconds = 45;
  /// While the PATCH is being sent: longer than kWriteTimeout.
  static constexpr int kSentLeaseSeconds = 60;

  /// `authenticator` and `audit` may be null: then reserve() and settle() throw. So may `metrics`.
  Journal(Database& database, Authenticator* authenticator, AuditLog* audit, Events& events, std::string instance, Log& log,
          OperationMetrics* metrics = nullptr)
      : database_(database), authenticator_(authenticator), audit_(audit), events_(events), instance_(std::move(instance)), log_(log), metrics_(metrics) {}

  /// `observer` gets each operation after the commit of its reservation, acknowledgement or outcome, in the thread that
  /// commits; it must not block or throw. Call it once, before the others.
  void observe(std::function<void(const PodOperation&)> observer) { observer_ = std::move(observer); }

  /// Checks the permission again and commits the reservation and the audit attempt, in one transaction. Records a
  /// blocked operation as refused. Throws what Authenticator::confirm throws (recorded as denied),
  /// Error{"no_authenticator"}, Error{"no_audit_log"}.
  OperationStore::Reservation reserve(PodOperation& operation, const Principal& principal);

  /// Records that the PATCH is about to be sent, and extends the lease to kSentLeaseSeconds. False if the lease is lost:
  /// then the PATCH must not be sent.
  bool sending(PodOperation& operation);

  /// Records that the PATCH was acknowledged. False if the lease is lost.
  bool applied(const PodOperation& operation);

  /// Commits the outcome with its audit row and event, then sets `operation.outcome`. False if the lease is lost: then
  /// nothing is written.
  bool settle(PodOperation& operation, Outcome outcome);

  /// Lets the lease expire now, or in `in_seconds`: then any daemon's settler may claim the operation.
  void release(const PodOperation& operation, int in_seconds = 0) noexcept;
  /// Claims operations whose lease has expired: at most `limit`, at most `per_cluster` per cluster, none of the clusters
  /// in `except` (ids).
  std::vector<PodOperation> claim_expired(int limit, int per_cluster, const std::vector<std::string>& except);
  /// Names and uids of the namespace's other Pods whose removal is not settled.
  std::set<std::string> pending(const PodOperation& operation);
  std::optional<PodOperation> find(const std::string& id);
  std::map<std::string, PodOperation> last_removals(const std::string& cluster_id, const std::vector<std::string>& uids);

  /// Waits until the operation is applied or settled, at most five seconds; returns it as last read.
  PodOperation wait_for_answer(PodOperation operation);

 private:
  void emit(Transaction& tx, const char* event, const PodOperation& operation);
  void record(Transaction& tx, const PodOperation& operation, AuditEntry::Phase phase, std::string_view outcome);
  void count(const PodOperation& operation, std::string_view outcome) const noexcept {
    if (metrics_ != nullptr) metrics_->settled(operation, outcome);
  }

  Database& database_;
  Authenticator* const authenticator_;
  AuditLog* const audit_;
  Events& events_;
  const std::string instance_;
  Log& log_;
  std::function<void(const PodOperation&)> observer_ = [](const PodOperation&) {};
  OperationMetrics* const metrics_;
};

}  // namespace podload::pod_load
