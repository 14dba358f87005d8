#include "record/operation_metrics.hpp"

#include <catch2/catch.hpp>

#include "podload_testing/doubles.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

PodOperation removal(Json services) {
  PodOperation operation;
  operation.pod = "web-1";
  operation.name_space = "shop";
  operation.username = "ann";
  operation.details["services"] = std::move(services);
  return operation;
}

}  // namespace

TEST_CASE("Operations are counted by kind and outcome, and by nothing else") {
  testing::RememberingMetrics metrics;
  OperationMetrics counts(metrics);
  counts.settled(removal(Json::array()), "removed");
  counts.settled(removal(Json::array()), "removed");
  PodOperation restore = removal(Json::array());
  restore.kind = PodOperation::Kind::restore;
  counts.settled(restore, "restored");
  CHECK(metrics.value("operations_total{kind=remove,outcome=removed}") == 2);
  CHECK(metrics.value("operations_total{kind=restore,outcome=restored}") == 1);
}

TEST_CASE("A proof takes as long as that of its last Service") {
  testing::RememberingMetrics metrics;
  OperationMetrics counts(metrics);
  counts.settled(removal({{{"name", "a"}, {"proven_ms", 40}},
                          {{"name", "b"}, {"proven_ms", 250}},
                          {{"name", "kept"}, {"proven_ms", nullptr}}}),
                 "removed");
  CHECK(metrics.observed("proof_seconds{kind=remove}") == 1);
  CHECK(metrics.value("proof_seconds{kind=remove}") == Approx(0.25));
}

TEST_CASE("An operation that proved nothing has no proof time") {
  testing::RememberingMetrics metrics;
  OperationMetrics counts(metrics);
  counts.settled(removal({{{"name", "a"}, {"proven_ms", nullptr}}}), "applied_unverified");
  PodOperation refused;
  counts.settled(refused, "refused");
  CHECK(metrics.observed("proof_seconds{kind=remove}") == 0);
  CHECK(metrics.value("operations_total{kind=remove,outcome=refused}") == 1);
}
