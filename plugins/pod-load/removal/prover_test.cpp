#include "removal/prover.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "removal/removal_testing.hpp"

using namespace podload;
using namespace podload::pod_load;
using namespace std::chrono_literals;

namespace {

const std::string kCluster = "00000000-0000-4000-8000-000000000001";
const std::string kOtherCluster = "00000000-0000-4000-8000-000000000002";

std::string slice(bool lists_the_pod) {
  Json endpoints = Json::array();
  if (lists_the_pod) endpoints.push_back({{"targetRef", {{"kind", "Pod"}, {"uid", "u"}}}, {"conditions", {{"ready", true}, {"serving", true}}}});
  return print_json({{"metadata", {{"name", "web-1"}, {"labels", {{kServiceNameLabel, "web"}, {kManagedByLabel, kOwnManager}}}}}, {"endpoints", endpoints}});
}

std::string event(const char* type, const std::string& object) { return std::string(R"({"type":")") + type + R"(","object":)" + object + "}"; }

/// The Pod `a` with the label as a removal sets it, behind the Service `web`. The slices follow when the test says so.
struct Fixture : RemovalFixture {
  Fixture() : RemovalFixture(std::initializer_list<const char*>{}) {
    shop.instead([this](const KubeRequest& request) { return std::optional(reply_to(request.path)); });
  }
  ~Fixture() { prover.stop(); }  // its threads use the members below
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  std::atomic<bool> listed = true;  ///< Whether the slices list the Pod, when they are listed.
  std::atomic<int> status = 200;    ///< Of all replies.

  KubeReply reply_to(const std::string& path) {
    if (status != 200) return {status, "{}", {}};
    if (path.ends_with("/pods/a")) return {200, R"({"metadata":{"name":"a","uid":"u","labels":{"app":"web","load":"done"}}})", {}};
    if (path.ends_with("/services")) return {200, R"({"items":[{"metadata":{"name":"web"},"spec":{"selector":{"app":"web","load":"online"}}}]})", {}};
    if (path.find("%21%3D") != std::string::npos) return {200, R"({"items":[]})", {}};
    return {200, R"({"metadata":{"resourceVersion":"9"},"items":[)" + slice(listed) + "]}", {}};
  }

  PodOperation sent_removal(const std::string& cluster_id) {
    PodOperation operation = order("a").operation;
    operation.cluster_id = cluster_id;
    operation.uid = "u";
    operation.new_value = "done";
    REQUIRE(journal.reserve(operation, {}).state == OperationStore::Reservation::State::fresh);
    REQUIRE(journal.sending(operation));
    operation.applied = true;
    REQUIRE(journal.applied(operation));
    return operation;
  }

  /// Follows a removal whose PATCH was acknowledged.
  std::future<PodOperation> remove(const std::string& cluster_id = kCluster) {
    Prover::Plan plan;
    plan.kube = shop.kube;
    plan.label = "load";
    plan.services = {{"web", Proof::Goal::gone}};
    plan.served = true;
    plan.slices = {read_slice(JsonDocument(slice(true)).root())};
    plan.version = "7";
    const auto task = prover.begin(std::move(plan), "shop", "u");
    prover.sending(*task);
    const auto settled = std::make_shared<std::promise<PodOperation>>();
    prover.follow(task, sent_removal(cluster_id), [settled](const PodOperation& operation) { settled->set_value(operation); });
    return settled->get_future();
  }

  std::string outcome(std::future<PodOperation>& settled) {
    REQUIRE(settled.wait_for(20s) == std::future_status::ready);
    const auto outcome = settled.get().outcome;
    return outcome ? std::string(name_of(*outcome)) : "open";
  }
  /// Time passes, and a bookmark makes the prover look at its clock.
  void pass(std::chrono::milliseconds time) {
    clock.pass(time);
    shop.kube->send_line(event("BOOKMARK", "{}"));
  }
  void wait_for_watches(std::size_t count) const {
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (shop.kube->watches_started() < count && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    REQUIRE(shop.kube->watches_started() == count);
  }
};

}  // namespace

TEST_CASE("a removal is settled by the watch that shows that the Pod is gone", "[database]") {
  Fixture f;
  auto settled = f.remove();
  f.clock.pass(30ms);
  f.shop.kube->send_line(event("MODIFIED", slice(false)));
  REQUIRE(settled.wait_for(20s) == std::future_status::ready);
  const PodOperation operation = settled.get();
  CHECK(operation.outcome == Outcome::removed);
  CHECK(f.journal.find(operation.id)->outcome == Outcome::removed);
  CHECK(f.audit.summary() == "remove_load/ remove_load/removed");
  CHECK(f.shop.kube->watches_running() == 0);
}

TEST_CASE("slices that are listed prove as well as a watch that says nothing", "[database]") {
  Fixture f;
  auto settled = f.remove();
  f.listed = false;
  f.pass(1500ms);
  CHECK(f.outcome(settled) == "removed");
}

TEST_CASE("what is not proven by the deadline is applied and unverified", "[database]") {
  Fixture f;
  auto settled = f.remove();
  f.pass(10s);
  CHECK(f.outcome(settled) == "applied_unverified");
}

TEST_CASE("a cluster that answers nothing at the deadline is not waited for any longer", "[database]") {
  Fixture f;
  auto settled = f.remove();
  f.status = 503;
  f.pass(10s);
  REQUIRE(settled.wait_for(20s) == std::future_status::ready);
  const PodOperation operation = settled.get();
  CHECK(operation.outcome == Outcome::applied_unverified);
  CHECK(text_member(operation.details, "unverified") == "kube_error");
}

TEST_CASE("a watch that ends is started again after a pause, from the list that was read then", "[database]") {
  Fixture f;
  auto settled = f.remove();
  f.shop.kube->end_watches();
  // The operation of another cluster is settled meanwhile: the clock stands still, so there is no second watch of this one.
  auto other = f.remove(kOtherCluster);
  f.shop.kube->send_line(event("MODIFIED", slice(false)));
  CHECK(f.outcome(other) == "removed");
  CHECK(f.shop.kube->watches_started() == 2);
  f.clock.pass(500ms);
  f.wait_for_watches(3);
  f.shop.kube->send_line(event("MODIFIED", slice(false)));
  CHECK(f.outcome(settled) == "removed");
}

TEST_CASE("a prover that stops leaves the operation open, for another daemon at once", "[database]") {
  Fixture f;
  auto settled = f.remove();
  f.prover.stop();
  CHECK(f.outcome(settled) == "open");
  CHECK(f.journal.claim_expired(10, 10, {}).size() == 1);
  auto too_late = f.remove(kOtherCluster);
  CHECK(f.outcome(too_late) == "open");
}
