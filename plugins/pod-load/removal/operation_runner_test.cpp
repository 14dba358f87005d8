#include "removal/operation_runner.hpp"

#include <catch2/catch.hpp>

#include "removal/removal_testing.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

bool is_patch(const KubeRequest& request) { return request.method == "PATCH"; }

}  // namespace

TEST_CASE("a removal and a restore: one PATCH each, proven, and two rows and two events each", "[database]") {
  RemovalFixture f;
  const Order removal = f.order("a");
  CHECK(f.outcome(removal) == "removed");
  CHECK(f.shop.label("a") == "done");
  CHECK(f.shop.annotation("a", "podload.io/operation") == removal.operation.id);
  CHECK(f.outcome(f.order("a", PodOperation::Kind::restore)) == "restored");
  CHECK(f.shop.label("a") == "online");
  CHECK(f.shop.annotation("a", "podload.io/operation").empty());
  CHECK(f.shop.patches() == 2);
  CHECK(f.audit.summary() == "remove_load/ remove_load/removed restore_traffic/ restore_traffic/restored");
  std::string events;
  for (const auto& [name, data] : f.events.emitted) events += name + " " + text_member(data, "outcome") + "; ";
  CHECK(events == "operation.started ; operation.settled removed; operation.started ; operation.settled restored; ");
}

TEST_CASE("the last serving Pod is not removed: nothing is sent", "[database]") {
  RemovalFixture f({"a"});
  CHECK(f.outcome(f.order("a")) == "refused: below_minimum");
  CHECK(f.shop.label("a") == "online");
  CHECK(f.shop.patches() == 0);
  CHECK(f.audit.summary() == "remove_load/ remove_load/refused");
}

TEST_CASE("a Pod that changed in between is read and judged again", "[database]") {
  RemovalFixture f;
  int conflicts = 1;
  f.shop.instead([&](const KubeRequest& request) -> std::optional<KubeReply> {
    if (!is_patch(request) || conflicts-- <= 0) return std::nullopt;
    return KubeReply{409, R"({"kind":"Status","reason":"Conflict"})", {}};
  });
  CHECK(f.outcome(f.order("a")) == "removed");
  CHECK(f.shop.patches() == 2);
  conflicts = 100;
  CHECK(f.outcome(f.order("b")) == "refused: below_minimum");
}

TEST_CASE("a Pod that always changes in between: nothing was changed, and it says so", "[database]") {
  RemovalFixture f;
  f.shop.instead([](const KubeRequest& request) -> std::optional<KubeReply> {
    if (!is_patch(request)) return std::nullopt;
    return KubeReply{409, R"({"kind":"Status","reason":"Conflict"})", {}};
  });
  CHECK(f.outcome(f.order("a")) == "failed: pod_busy");
  CHECK(f.shop.patches() == 5);
  CHECK(f.shop.label("a") == "online");
}

TEST_CASE("a PATCH without a reply leaves the operation open", "[database]") {
  RemovalFixture f;
  f.shop.instead([](const KubeRequest& request) -> std::optional<KubeReply> {
    if (is_patch(request)) throw KubeError(KubeError::Fault::late, "cluster_timeout");
    return std::nullopt;
  });
  CHECK(f.outcome(f.order("a")) == "open: outcome_unknown");
  CHECK(f.audit.summary() == "remove_load/");
  CHECK(f.journal.claim_expired(10, 10, {}).size() == 1);  // at once, without waiting for the lease
}

TEST_CASE("a cluster that stores the PATCH without the label: failed, and podload's annotations are removed", "[database]") {
  RemovalFixture f;
  f.shop.instead([&](const KubeRequest& request) -> std::optional<KubeReply> {
    if (!is_patch(request)) return std::nullopt;
    KubeRequest kept = request;
    Json patch = parse_json(kept.body);
    patch["metadata"].erase("labels");
    kept.body = print_json(patch);
    return f.shop.serve(kept);
  });
  CHECK(f.outcome(f.order("a")) == "failed: label_kept");
  CHECK(f.shop.label("a") == "online");
  CHECK(f.shop.annotation("a", "podload.io/operation").empty());
}

TEST_CASE("a request that comes twice has one effect; its id for another Pod is refused", "[database]") {
  RemovalFixture f({"a", "b", "c"});
  const Order first = f.order("a");
  CHECK(f.outcome(first) == "removed");
  Order again = f.order("a");
  again.operation.request_id = first.operation.request_id;
  OperationRunner::Result result = f.runner.run(again);
  REQUIRE(std::holds_alternative<OperationRunner::Applied>(result));
  CHECK(std::get<OperationRunner::Applied>(result).operation.id == first.operation.id);
  CHECK(f.shop.patches() == 1);
  Order other = f.order("b");
  other.operation.request_id = first.operation.request_id;
  CHECK(testing::code_of([&] { f.runner.run(other); }) == "request_id_used");
}

TEST_CASE("a dry run changes nothing, in the cluster and in the log", "[database]") {
  RemovalFixture f;
  Order order = f.order("a");
  order.dry_run = true;
  CHECK(std::holds_alternative<OperationRunner::Applied>(f.runner.run(order)));
  CHECK(f.shop.label("a") == "online");
  CHECK(f.audit.entries().empty());
  CHECK_FALSE(f.journal.find(order.operation.id));
}
