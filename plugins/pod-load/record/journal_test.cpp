#include "record/journal.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <stdexcept>

#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload_testing/database.hpp"
#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::pod_load;
using State = OperationStore::Reservation::State;

namespace {

constexpr const char* kCluster = "00000000-0000-4000-8000-000000000001";
constexpr const char* kOther = "00000000-0000-4000-8000-000000000002";

/// Permits everything or nothing, and keeps what it was asked.
class ScriptedAuthenticator final : public Authenticator {
 public:
  std::optional<Principal> authenticate(const Request&) override { return std::nullopt; }
  std::vector<std::optional<Principal>> current(const std::vector<Principal>& principals) override {
    return std::vector<std::optional<Principal>>(principals.size());
  }
  void confirm(Transaction&, const Principal& principal, Level needed, std::string_view cluster_id,
               std::string_view name_space) override {
    asked = principal.username + (needed == Level::write ? " write " : " other ") + std::string(cluster_id) + " " +
            std::string(name_space);
    if (denies) throw Forbidden("write", name_space);
  }
  bool denies = false;
  std::string asked;
};

class FullAuditLog final : public AuditLog {
 public:
  void record(Transaction&, const AuditEntry&) override { throw std::runtime_error("no room for the log"); }
};

/// A database that cannot be reached.
class UnreachableDatabase final : public Database {
 protected:
  void run(const std::function<void(Transaction&)>&) override { throw DatabaseUnavailable("unreachable"); }
};

struct Fixture {
  std::unique_ptr<testing::TestDatabase> database = testing::test_database("pod_load", PODLOAD_SQL);
  testing::LinesLog log;
  testing::RememberingAuditLog audit;
  testing::RememberingEvents events;
  ScriptedAuthenticator authenticator;
  Journal journal{*database, &authenticator, &audit, events, new_uuid(), log};
  Journal other{*database, &authenticator, &audit, events, new_uuid(), log};  ///< Another daemon's.

  static PodOperation order(const std::string& pod, const std::string& cluster_id = kCluster,
                            PodOperation::Kind kind = PodOperation::Kind::remove) {
    PodOperation operation;
    operation.id = operation.request_id = new_uuid();
    operation.kind = kind;
    operation.cluster_id = cluster_id;
    operation.cluster = "one";
    operation.name_space = "shop";
    operation.pod = pod;
    operation.username = "ann";
    operation.reason = "a test";
    return operation;
  }
  static Principal ann() {
    Principal principal;
    principal.username = "ann";
    return principal;
  }
  State reserve(PodOperation& operation) { return journal.reserve(operation, ann()).state; }
  PodOperation reserved(const std::string& pod, const std::string& cluster_id = kCluster) {
    PodOperation operation = order(pod, cluster_id);
    REQUIRE(reserve(operation) == State::fresh);
    return operation;
  }
  /// For `operation`: "attempt outcome/refused".
  std::string audited(const PodOperation& operation) const {
    std::string text;
    for (const AuditEntry& entry : audit.entries())
      if (entry.operation == operation.id)
        text += (text.empty() ? "" : " ") +
                (entry.phase == AuditEntry::Phase::attempt ? "attempt" : "outcome/" + entry.outcome);
    return text;
  }
  Json details_of_last() const { return audit.entries().back().details; }
  std::string emitted() const {
    std::string text;
    for (const auto& [name, data] : events.emitted)
      text += (text.empty() ? "" : " ") + name + "/" + text_member(data, "pod");
    return text;
  }
  double lease_seconds(const PodOperation& operation) {
    return database
        ->as_owner("SELECT extract(epoch FROM lease_until - clock_timestamp()) FROM pod_load.operations WHERE id = '" +
                   operation.id + "'")[0][0]
        .as<double>();
  }
  std::vector<std::string> claimed(int limit, int per_cluster, const std::vector<std::string>& except = {}) {
    std::vector<std::string> pods;
    for (const PodOperation& operation : other.claim_expired(limit, per_cluster, except)) pods.push_back(operation.pod);
    std::sort(pods.begin(), pods.end());
    return pods;
  }
  /// Another daemon claims everything that was released.
  void lose(const PodOperation& operation) {
    journal.release(operation);
    REQUIRE(claimed(10, 10) == std::vector{operation.pod});
  }
};

using Pods = std::vector<std::string>;

}  // namespace

TEST_CASE("a reservation: the permission is checked again, and the row, the attempt and the event are written",
          "[database]") {
  Fixture f;
  PodOperation operation = f.order("a");
  operation.forced = true;
  CHECK(f.reserve(operation) == State::fresh);
  CHECK(f.authenticator.asked == std::string("ann write ") + kCluster + " shop");
  CHECK_FALSE(operation.created_at.empty());
  CHECK(f.journal.find(operation.id).value().reason == "a test");
  CHECK(f.audited(operation) == "attempt");
  const AuditEntry entry = f.audit.entries().back();
  CHECK(entry.action == "remove_load");
  CHECK(entry.outcome.empty());
  CHECK(entry.resource == "pod/shop/a");
  CHECK(entry.details == Json{{"force", true}});
  CHECK(f.emitted() == "operation.started/a");
  const double lease = f.lease_seconds(operation);
  CHECK(lease > 0);
  CHECK(lease <= Journal::kLeaseSeconds);
  CHECK_FALSE(f.journal.find(new_uuid()));
}

TEST_CASE("a request that is sent again is the same operation, and is recorded once", "[database]") {
  Fixture f;
  const PodOperation first = f.reserved("a");
  PodOperation again = f.order("a");
  again.request_id = first.request_id;
  const auto reservation = f.journal.reserve(again, f.ann());
  CHECK(reservation.state == State::replayed);
  CHECK(reservation.other.value().id == first.id);
  CHECK(f.audited(again).empty());
  CHECK(f.emitted() == "operation.started/a");
}

TEST_CASE("an operation on a Pod that has an open one is recorded as refused", "[database]") {
  Fixture f;
  const PodOperation first = f.reserved("a");
  PodOperation second = f.order("a");
  const auto reservation = f.journal.reserve(second, f.ann());
  CHECK(reservation.state == State::blocked);
  CHECK(reservation.other.value().id == first.id);
  CHECK(f.audited(second) == "attempt outcome/refused");
  CHECK(f.emitted() == "operation.started/a");
  CHECK_FALSE(f.journal.find(second.id));
}

TEST_CASE("a denial is recorded as such, and leaves no operation", "[database]") {
  Fixture f;
  f.authenticator.denies = true;
  PodOperation operation = f.order("a");
  CHECK_THROWS_AS(f.reserve(operation), Forbidden);
  CHECK(f.audited(operation) == "outcome/denied");
  CHECK(f.events.emitted.empty());
  CHECK_FALSE(f.journal.find(operation.id));
}

TEST_CASE("without a log or an authenticator nothing is reserved", "[database]") {
  Fixture f;
  PodOperation operation = f.order("a");
  Journal unlogged(*f.database, &f.authenticator, nullptr, f.events, new_uuid(), f.log);
  CHECK(testing::code_of([&] { unlogged.reserve(operation, f.ann()); }) == "no_audit_log");
  Journal unasked(*f.database, nullptr, &f.audit, f.events, new_uuid(), f.log);
  CHECK(testing::code_of([&] { unasked.reserve(operation, f.ann()); }) == "no_authenticator");
  FullAuditLog full;
  Journal failing(*f.database, &f.authenticator, &full, f.events, new_uuid(), f.log);
  CHECK_THROWS_WITH(failing.reserve(operation, f.ann()), "no room for the log");
  CHECK_FALSE(f.journal.find(operation.id));
  CHECK(f.events.emitted.empty());
}

TEST_CASE("sending extends the lease and records the uid; without the lease it is not allowed", "[database]") {
  Fixture f;
  PodOperation operation = f.reserved("a");
  operation.uid = "uid-a";
  CHECK(f.journal.sending(operation));
  CHECK(operation.sent);
  CHECK(f.lease_seconds(operation) > Journal::kLeaseSeconds);
  const PodOperation row = f.journal.find(operation.id).value();
  CHECK(row.sent);
  CHECK(row.uid == "uid-a");
  PodOperation theirs = operation;
  CHECK_FALSE(f.other.sending(theirs));
  CHECK_FALSE(theirs.sent);
  f.journal.release(operation);  // an expired lease is lost, although nobody has claimed it
  CHECK_FALSE(f.journal.sending(operation));
  CHECK_FALSE(operation.sent);
}

TEST_CASE("the acknowledgement is recorded by the holder of the lease only", "[database]") {
  Fixture f;
  PodOperation operation = f.reserved("a");
  operation.uid = "uid-a";
  operation.previous_value = "online";
  operation.applied_ms = 7.5;
  CHECK_FALSE(f.other.applied(operation));
  CHECK_FALSE(f.journal.find(operation.id).value().applied);
  CHECK(f.journal.applied(operation));
  const PodOperation row = f.journal.find(operation.id).value();
  CHECK(row.applied);
  CHECK(row.previous_value == "online");
  CHECK(row.applied_ms == 7.5);
  f.lose(operation);
  CHECK_FALSE(f.journal.applied(operation));
}

TEST_CASE("an outcome is committed with its log row and its event", "[database]") {
  Fixture f;
  PodOperation operation = f.reserved("a");
  operation.uid = "uid-a";
  operation.applied = true;
  operation.previous_value = "online";
  operation.new_value = "offline";
  operation.details = {{"services", {"web"}}};
  CHECK(f.journal.settle(operation, Outcome::removed));
  CHECK(operation.outcome == Outcome::removed);
  CHECK(operation.settled_at);
  CHECK(f.journal.find(operation.id).value().outcome == Outcome::removed);
  CHECK(f.audited(operation) == "attempt outcome/removed");
  CHECK(f.details_of_last() ==
        Json{{"services", {"web"}}, {"uid", "uid-a"}, {"before", "online"}, {"after", "offline"}});
  CHECK(f.emitted() == "operation.started/a operation.settled/a");
  CHECK(text_member(f.events.emitted.back().second, "outcome") == "removed");
  PodOperation again = operation;
  CHECK_FALSE(f.journal.settle(again, Outcome::failed));
  CHECK(f.journal.find(operation.id).value().outcome == Outcome::removed);
}

TEST_CASE("a refusal's code and arguments are in the log row and in the event; a value that was not set is not",
          "[database]") {
  Fixture f;
  PodOperation operation = f.order("a", kCluster, PodOperation::Kind::restore);
  operation.forced = true;
  REQUIRE(f.reserve(operation) == State::fresh);
  operation.new_value = "online";
  const Json refusal = {{"code", "last_serving"}, {"args", {{"service", "web"}}}};
  operation.details = {{"refusal", refusal}};
  CHECK(f.journal.settle(operation, Outcome::refused));
  CHECK(f.details_of_last() == Json{{"code", "last_serving"}, {"args", {{"service", "web"}}}, {"confirm", true}});
  CHECK(f.events.emitted.back().second.at("refusal") == refusal);
  CHECK(f.audit.entries().back().action == "restore_traffic");
}

TEST_CASE("without the lease no outcome is written, and the log says who was first", "[database]") {
  Fixture f;
  PodOperation operation = f.reserved("a");
  f.lose(operation);
  CHECK_FALSE(f.journal.settle(operation, Outcome::failed));
  CHECK_FALSE(f.journal.find(operation.id).value().outcome);
  CHECK(f.audited(operation) == "attempt");
  CHECK(f.emitted() == "operation.started/a");
  CHECK(f.log.has("another daemon has settled this operation"));
}

TEST_CASE("an outcome that cannot be logged is not written, and the operation stays open", "[database]") {
  Fixture f;
  const std::string instance = new_uuid();
  Journal journal(*f.database, &f.authenticator, &f.audit, f.events, instance, f.log);
  PodOperation operation = f.order("a");
  journal.reserve(operation, f.ann());
  FullAuditLog full;
  Journal failing(*f.database, &f.authenticator, &full, f.events, instance, f.log);
  CHECK_THROWS_WITH(failing.settle(operation, Outcome::removed), "no room for the log");
  CHECK_FALSE(operation.outcome);
  CHECK_FALSE(journal.find(operation.id).value().outcome);
  CHECK(f.emitted() == "operation.started/a");
  CHECK(journal.settle(operation, Outcome::removed));
}

TEST_CASE("a settler claims operations whose lease has expired, within its limits, each once", "[database]") {
  Fixture f;
  const PodOperation held = f.reserved("held"), later = f.reserved("later");
  for (const char* pod : {"a", "b", "c"}) f.journal.release(f.reserved(pod));
  f.journal.release(f.reserved("d", kOther));
  f.journal.release(later, 3600);
  f.other.release(held);  // not its own
  CHECK(f.claimed(10, 10, {kCluster, kOther}).empty());
  CHECK(f.claimed(10, 1, {kOther}) == Pods{"a"});
  CHECK(f.claimed(2, 10, {kOther}) == Pods{"b", "c"});
  CHECK(f.claimed(10, 10) == Pods{"d"});
  CHECK(f.claimed(10, 10).empty());
}

TEST_CASE("release() does not throw: without the database the lease expires by time, and the log says so",
          "[database]") {
  Fixture f;
  UnreachableDatabase unreachable;
  Journal journal(unreachable, &f.authenticator, &f.audit, f.events, new_uuid(), f.log);
  journal.release(f.order("a"));
  CHECK(f.log.has("warn a lease could not be released"));
  CHECK(testing::code_of([&] { journal.find(new_uuid()); }) == "database_unavailable");
  CHECK(journal.last_removals(kCluster, {}).empty());  // without a query
}

TEST_CASE("pending removals are those of other Pods of the namespace that are not settled", "[database]") {
  Fixture f;
  PodOperation a = f.reserved("a"), b = f.reserved("b");
  b.uid = "uid-b";
  REQUIRE(f.journal.sending(b));
  PodOperation restored = f.order("c", kCluster, PodOperation::Kind::restore);
  REQUIRE(f.reserve(restored) == State::fresh);
  f.reserved("elsewhere", kOther);
  CHECK(f.journal.pending(a) == std::set<std::string>{"b", "uid-b"});
  REQUIRE(f.journal.settle(b, Outcome::failed));
  CHECK(f.journal.pending(a).empty());
}

TEST_CASE("the last removals are the newest that were applied, by uid", "[database]") {
  Fixture f;
  std::vector<std::string> ids;
  for (int turn = 0; turn < 2; ++turn) {
    PodOperation operation = f.reserved("a");
    operation.uid = "uid-a";
    operation.applied = true;
    REQUIRE(f.journal.settle(operation, Outcome::removed));
    ids.push_back(operation.id);
  }
  PodOperation failed = f.reserved("a");
  failed.uid = "uid-a";
  REQUIRE(f.journal.settle(failed, Outcome::failed));
  const auto removals = f.journal.last_removals(kCluster, {"uid-a", "uid-b"});
  REQUIRE(removals.size() == 1);
  CHECK(removals.at("uid-a").id == ids.back());
  CHECK(f.journal.last_removals(kOther, {"uid-a"}).empty());
}

TEST_CASE("the answer to a request that was sent again is that of its operation, once it has one", "[database]") {
  Fixture f;
  PodOperation applied = f.reserved("a"), settled = f.reserved("b");
  const PodOperation open_a = applied, open_b = settled;
  REQUIRE(f.journal.applied(applied));
  REQUIRE(f.journal.settle(settled, Outcome::failed));
  CHECK(f.journal.wait_for_answer(open_a).applied);
  CHECK(f.journal.wait_for_answer(open_b).outcome == Outcome::failed);
}
