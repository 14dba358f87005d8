#include <catch2/catch.hpp>

#include "workloads/quantity.hpp"
#include "workloads/workload_catalog.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

std::int64_t desired(const char* pointer, const std::string& text) {
  const WorkloadType type = WorkloadType::from_row({{"kind", "Thing"}, {"group", "x"}, {"versions", {"v1"}}, {"plural", "things"}, {"desired", pointer}});
  const JsonDocument document(text);
  return workload_row(type, document.root()).at("desired_replicas").get<std::int64_t>();
}

}  // namespace

TEST_CASE("A missing replica count has the API's default") {
  CHECK(desired("/spec/replicas", "{}") == 1);
  CHECK(desired("/spec/replicas", R"({"spec":{"replicas":0}})") == 0);
  CHECK(desired("/spec/replicas", R"({"spec":{"replicas":3}})") == 3);
  CHECK(desired("/spec/completions", "{}") == 1);
  CHECK(desired("/spec/completions", R"({"spec":{"parallelism":4}})") == 4);
  CHECK(desired("/spec/completions", R"({"spec":{"completions":2,"parallelism":4}})") == 2);
  CHECK(desired("/status/desiredNumberScheduled", "{}") == 0);
}

TEST_CASE("Requests and limits are summed exactly") {
  const auto text = [](const char* containers) { return resources_of(JsonDocument(std::string(R"({"spec":{"containers":)") + containers + "}}").root()); };
  CHECK(text("[]") == "cpu: -/-, mem: -/-");
  CHECK(text(R"([{"resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"cpu":"200m","memory":"256Mi"}}}])") == "cpu: 100m/200m, mem: 128Mi/256Mi");
  CHECK(text(R"([{"resources":{"requests":{"cpu":"0.1"}}},{"resources":{"requests":{"cpu":"0.2"}}},{"resources":{"requests":{"cpu":"0.7"}}}])") == "cpu: 1/-, mem: -/-");
  CHECK(text(R"([{"resources":{"requests":{"cpu":"1e-1","memory":"1500Mi"}}},{"resources":{"requests":{"cpu":"1","memory":"1G"}}}])") == "cpu: 1100m/-, mem: 2.4Gi/-");
  CHECK(text(R"([{"resources":{"limits":{"memory":"1023"}}}])") == "cpu: -/-, mem: -/1023");
  CHECK(text(R"([{"resources":{"limits":{"memory":"9007199254740993"}}}])") == "cpu: -/-, mem: -/8192.0Ti");
}
