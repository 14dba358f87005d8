#include "workloads/pod_rows.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "podload/error.hpp"
#include "podload_testing/doubles.hpp"
#include "podload_testing/scripted_kube.hpp"
#include "workloads/quantity.hpp"
#include "workloads/workload_catalog.hpp"

using namespace podload;
using namespace podload::pod_load;
using namespace std::chrono_literals;

namespace {

class Scripted final : public testing::ScriptedKube {
 public:
  KubeReply send(const KubeRequest& request) override {
    ++calls;
    longest = std::max(longest, request.timeout);
    if (!error.empty()) throw Error(error);
    return {status, body, {}};
  }

  int calls = 0, status = 200;
  std::chrono::milliseconds longest{0};
  std::string body = R"({"items":[{"metadata":{"name":"n1"},"status":{"addresses":[{"type":"Hostname","address":"n1"},{"type":"InternalIP","address":"10.0.0.1"}]}}]})";
  std::string error;
};

std::int64_t desired(const char* pointer, const std::string& text) {
  const WorkloadType type = WorkloadType::from_row({{"kind", "Thing"}, {"group", "x"}, {"versions", {"v1"}}, {"plural", "things"}, {"desired", pointer}});
  const JsonDocument document(text);
  return workload_row(type, document.root()).at("desired_replicas").get<std::int64_t>();
}

}  // namespace

TEST_CASE("A failed read of node addresses fails no request, and is not repeated for a minute") {
  testing::SetClock clock;
  NodeAddresses nodes(clock);
  const auto kube = std::make_shared<Scripted>();
  const NodeAddresses::Map known{{"n1", "10.0.0.1"}};
  for (const auto& [status, error] : {std::pair(500, ""), {403, ""}, {429, ""}, {504, ""}, {200, "cluster_timeout"}}) {
    INFO(status << error);
    kube->status = status;
    kube->error = error;
    const int before = kube->calls;
    CHECK(nodes.begin("never", kube).get().empty());
    CHECK(nodes.begin("never", kube).get().empty());
    CHECK(kube->calls == before + 1);
    clock.pass(61s);
  }
  CHECK(kube->longest <= 1500ms);
  kube->status = 200;
  kube->error.clear();
  CHECK(nodes.begin("c", kube).get() == known);
  const int before = kube->calls;
  CHECK(nodes.begin("c", kube).get() == known);
  CHECK(kube->calls == before);
  clock.pass(11s);
  kube->status = 500;
  CHECK(nodes.begin("c", kube).get() == known);  // the previous ones
  CHECK(kube->calls == before + 1);
  kube->body = "<html>";
  kube->status = 200;
  clock.pass(61s);
  CHECK(nodes.begin("c", kube).get() == known);
}

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

TEST_CASE("A list with more than 24 MB of Pods is refused") {
  const JsonDocument pod(R"({"metadata":{"name":"p","labels":{"k":")" + std::string(1 << 20, 'x') + R"("}}})");
  PodList pods;
  CHECK(testing::code_of([&] { for (int i = 0; i < 33; ++i) pods.add(pod.root()); }) == "kube_list_too_long");
}
