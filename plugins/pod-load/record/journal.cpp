#include "record/journal.hpp"

#include <chrono>
#include <thread>

#include "podload/error.hpp"
#include "record/failpoint.hpp"

namespace podload::pod_load {

void Journal::record(Transaction& tx, const PodOperation& op, AuditEntry::Phase phase, std::string_view outcome) {
  if (audit_ == nullptr) throw Error("no_audit_log");
  AuditEntry entry;
  entry.phase = phase;
  entry.operation = op.id;
  entry.action = op.action();
  entry.outcome = outcome;
  entry.username = op.username;
  entry.user_id = op.user_id;
  entry.credential = op.credential;
  entry.address = op.address;
  entry.request_id = op.request_id;
  entry.cluster_id = op.cluster_id;
  entry.cluster = op.cluster;
  entry.name_space = op.name_space;
  entry.resource = "pod/" + op.name_space + "/" + op.pod;
  entry.reason = op.reason;
  if (phase == AuditEntry::Phase::outcome) {
    entry.details = op.details;
    if (const auto refusal = op.details.find("refusal"); refusal != op.details.end()) {
      entry.details.update(*refusal);  // code and args: formatted in the reader's language
      entry.details.erase("refusal");
    }
    if (!op.uid.empty()) entry.details["uid"] = op.uid;
    if (op.previous_value) entry.details["before"] = *op.previous_value;
    if (op.new_value && op.applied) entry.details["after"] = *op.new_value;
  }
  if (op.forced) entry.details[op.is_removal() ? "force" : "confirm"] = true;
  audit_->record(tx, entry);
}

void Journal::emit(Transaction& tx, const char* event, const PodOperation& op) {
  Json data = {{"operation", op.id}, {"kind", kind_name(op.kind)}, {"cluster_id", op.cluster_id}, {"cluster", op.cluster},
               {"namespace", op.name_space}, {"pod", op.pod}, {"user", op.username}, {"reason", op.reason}, {"forced", op.forced}};
  if (op.outcome) data["outcome"] = name_of(*op.outcome);
  if (const auto refusal = op.details.find("refusal"); refusal != op.details.end()) data["refusal"] = *refusal;
  events_.emit(tx, event, data);
}

OperationStore::Reservation Journal::reserve(PodOperation& op, const Principal& principal) {
  if (authenticator_ == nullptr) throw Error("no_authenticator");
  failpoint("before_intent");
  try {
    OperationStore::Reservation reservation = database_.transact([&](Transaction& tx) {
      authenticator_->confirm(tx, principal, Level::write, op.cluster_id, op.name_space);
      OperationStore::Reservation made = OperationStore::reserve(tx, op, instance_, kLeaseSeconds);
      if (made.state != OperationStore::Reservation::State::replayed) record(tx, op, AuditEntry::Phase::attempt, "");
      if (made.state == OperationStore::Reservation::State::fresh) emit(tx, "operation.started", op);
      if (made.state == OperationStore::Reservation::State::blocked) record(tx, op, AuditEntry::Phase::outcome, name_of(Outcome::refused));
      return made;
    });
    failpoint("after_intent");
    if (reservation.state == OperationStore::Reservation::State::fresh) observer_(op);
    if (reservation.state == OperationStore::Reservation::State::blocked) count(op, name_of(Outcome::refused));
    return reservation;
  } catch (const Denied&) {
    database_.transact([&](Transaction& tx) { record(tx, op, AuditEntry::Phase::outcome, "denied"); });
    count(op, "denied");
    throw;
  }
}

bool Journal::sending(PodOperation& op) {
  op.sent = database_.transact([&](Transaction& tx) { return OperationStore::mark_sent(tx, op, instance_, kSentLeaseSeconds); });
  return op.sent;
}

bool Journal::applied(const PodOperation& op) {
  const bool is_ours = database_.transact([&](Transaction& tx) { return OperationStore::mark_applied(tx, op, instance_, kLeaseSeconds); });
  if (is_ours) observer_(op);
  return is_ours;
}

bool Journal::settle(PodOperation& op, Outcome outcome) {
  failpoint("before_outcome");
  PodOperation settled_op = op;  // `op` has no outcome until the commit
  settled_op.outcome = outcome;
  const bool settled = database_.transact([&](Transaction& tx) {
    if (!OperationStore::settle(tx, settled_op, instance_)) return false;
    record(tx, settled_op, AuditEntry::Phase::outcome, name_of(outcome));
    emit(tx, "operation.settled", settled_op);
    return true;
  });
  op = std::move(settled_op);
  failpoint("after_outcome");
  if (settled) observer_(op);
  if (settled) count(op, name_of(outcome));
  if (!settled) log_.warn("another daemon has settled this operation", {{"operation", op.id}});
  return settled;
}

void Journal::release(const PodOperation& op, int in_seconds) noexcept {
  try {
    database_.transact([&](Transaction& tx) { OperationStore::release(tx, op.id, instance_, in_seconds); });
  } catch (const std::exception& error) {  // the settler waits until the lease expires
    log_.warn("a lease could not be released", {{"operation", op.id}, {"what", error.what()}});
  }
}

std::vector<PodOperation> Journal::claim_expired(int limit, int per_cluster, const std::vector<std::string>& except) {
  return database_.transact(
      [&](Transaction& tx) { return OperationStore::claim_expired(tx, instance_, kLeaseSeconds, limit, per_cluster, except); });
}

std::set<std::string> Journal::pending(const PodOperation& op) {
  return database_.transact([&](Transaction& tx) { return OperationStore::pending(tx, op); });
}

std::optional<PodOperation> Journal::find(const std::string& id) {
  return database_.transact([&](Transaction& tx) { return OperationStore::find(tx, id); });
}

std::map<std::string, PodOperation> Journal::last_removals(const std::string& cluster_id, const std::vector<std::string>& uids) {
  if (uids.empty()) return {};
  return database_.transact([&](Transaction& tx) { return OperationStore::last_removals(tx, cluster_id, uids); });
}

PodOperation Journal::wait_for_answer(PodOperation op) {
  using namespace std::chrono_literals;
  for (int turn = 0; turn < 50 && !op.outcome && !op.applied; ++turn) {
    std::this_thread::sleep_for(100ms);
    if (auto now = find(op.id)) op = std::move(*now);
  }
  return op;
}

}  // namespace podload::pod_load
