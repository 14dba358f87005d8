#include "removal/guard.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "removal/three_pods.hpp"

using namespace podload;
using namespace podload::pod_load;
using namespace podload::pod_load::testing;

namespace {

std::vector<std::string> codes(const std::vector<Notice>& notices) {
  std::vector<std::string> result;
  for (const Notice& notice : notices) result.push_back(notice.code);
  return result;
}
bool has(const std::vector<Notice>& notices, const std::string& code) {
  const auto all = codes(notices);
  return std::find(all.begin(), all.end(), code) != all.end();
}

}  // namespace

TEST_CASE("a plain removal is allowed, and the verdict has the remaining count") {
  const Verdict verdict = judge_removal(three_pods(), Cluster());
  CHECK(verdict.refusals.empty());
  CHECK(verdict.warnings.empty());
  REQUIRE(verdict.services.size() == 1);
  CHECK(verdict.services[0].before == 3);
  CHECK(verdict.services[0].after == 2);
  CHECK(verdict.serves_now);
  CHECK(verdict.new_value == "done");
}

TEST_CASE("refusals because of the Pod's own state") {
  Facts facts = three_pods();
  SECTION("being deleted") {
    facts.pod.ending = true;
    CHECK(codes(judge_removal(facts, Cluster()).refusals) == std::vector<std::string>{"pod_ending"});
  }
  SECTION("not running") {
    facts.pod.phase = "Pending";
    CHECK(has(judge_removal(facts, Cluster()).refusals, "pod_not_running"));
  }
  SECTION("already removed") {
    facts.pod.labels["load"] = "done";
    CHECK(codes(judge_removal(facts, Cluster()).refusals) == std::vector<std::string>{"already_out"});
  }
  SECTION("without the label") {
    facts.pod.labels.erase("load");
    CHECK(codes(judge_removal(facts, Cluster()).refusals) == std::vector<std::string>{"not_online"});
  }
}

TEST_CASE("the label in the selector of any owner refuses, and cannot be forced") {
  Facts facts = three_pods();
  facts.owners.push_back(Owner{"Deployment", "web", false, false, {"app", "load"}, false});
  const Verdict verdict = judge_removal(facts, Cluster());
  REQUIRE(has(verdict.refusals, "label_in_selector"));
  CHECK(verdict.refusal(true) != nullptr);
}

TEST_CASE("a nearest owner that cannot be read refuses, an indirect one warns") {
  Facts facts = three_pods();
  facts.owners[0].unreadable = true;
  CHECK(has(judge_removal(facts, Cluster()).refusals, "owner_unreadable"));
  facts.owners[0].unreadable = false;
  facts.owners.push_back(Owner{"Thing", "t", false, true, {}, false});
  CHECK(judge_removal(facts, Cluster()).refusals.empty());
  CHECK(has(judge_removal(facts, Cluster()).warnings, "owner_unreadable"));
}

TEST_CASE("nothing to remove: names the Services that route without the label") {
  Facts facts = three_pods();
  facts.services = {service_named("all", {{"app", "web"}})};
  const Verdict verdict = judge_removal(facts, Cluster());
  REQUIRE(codes(verdict.refusals) == std::vector<std::string>{"nothing_lost_but"});
  CHECK(verdict.refusals[0].args["services"] == "all");
  facts.services = {service_named("empty", {})};
  CHECK(codes(judge_removal(facts, Cluster()).refusals) == std::vector<std::string>{"nothing_lost"});
}

TEST_CASE("serving Pods: selected, Ready, not being deleted, with an endpoint, without a pending removal") {
  Facts facts = three_pods();
  Cluster cluster;
  cluster.minimum = 1;
  SECTION("a Pod that is not Ready does not count") {
    facts.pods[1].ready = facts.pods[2].ready = false;
    CHECK(has(judge_removal(facts, cluster).refusals, "below_minimum"));
  }
  SECTION("a Pod that is being deleted does not count, even if the slices list it") {
    facts.pods[1].ending = facts.pods[2].ending = true;
    CHECK(has(judge_removal(facts, cluster).refusals, "below_minimum"));
  }
  SECTION("a Pod without an endpoint does not count") {
    facts.slices[0].endpoints.resize(1);
    CHECK(has(judge_removal(facts, cluster).refusals, "below_minimum"));
  }
  SECTION("a Pod with a pending removal does not count, by uid or by name") {
    facts.pending = {"uid-b", "c"};
    CHECK(has(judge_removal(facts, cluster).refusals, "removals_under_way"));
  }
  SECTION("a removed Pod does not count, even if the slices still list it") {
    facts.pods[1].labels["load"] = facts.pods[2].labels["load"] = "done";
    CHECK(has(judge_removal(facts, cluster).refusals, "below_minimum"));
  }
  SECTION("a Pod that does not serve cannot empty the Service") {
    facts.pods[0].ready = facts.pods[1].ready = facts.pods[2].ready = false;
    facts.pod.ready = false;
    const Verdict verdict = judge_removal(facts, cluster);
    CHECK(verdict.refusals.empty());
    CHECK(has(verdict.warnings, "not_ready_anyway"));
    CHECK_FALSE(verdict.serves_now);
  }
}

TEST_CASE("the minimum is the annotation's or the cluster's; every lost Service must keep it; force overrides") {
  Facts facts = three_pods();
  Cluster cluster;
  cluster.minimum = 2;
  CHECK(judge_removal(facts, cluster).refusals.empty());
  facts.services[0].minimum = "100%";
  CHECK(has(judge_removal(facts, cluster).refusals, "below_minimum"));
  CHECK(judge_removal(facts, cluster).refusal(true) == nullptr);
  facts.services[0].minimum = "67%";  // of three, rounded up: three
  CHECK(has(judge_removal(facts, cluster).refusals, "below_minimum"));
  facts.services[0].minimum = "0";
  CHECK(judge_removal(facts, cluster).refusals.empty());
  facts.services[0].minimum = "half";
  CHECK(has(judge_removal(facts, cluster).refusals, "minimum_unreadable"));
  facts.services[0].minimum = "1";
  Service second = service_named("web-2", {{"load", "online"}});
  second.minimum = "3";
  facts.services.push_back(second);
  facts.slices.push_back(facts.slices[0]);
  facts.slices[1].service = "web-2";
  const Verdict verdict = judge_removal(facts, cluster);
  REQUIRE(codes(verdict.refusals) == std::vector<std::string>{"below_minimum"});
  CHECK(verdict.refusals[0].args["service"] == "web-2");
}

TEST_CASE("a percentage includes removed Pods, so that the minimum does not shrink") {
  Facts facts = three_pods();
  facts.services[0].minimum = "60%";  // of three: two
  facts.pods[2].labels["load"] = "done";
  CHECK(has(judge_removal(facts, Cluster()).refusals, "below_minimum"));
}

TEST_CASE("each warning") {
  Facts facts = three_pods();
  facts.services.push_back(service_named("all", {{"app", "web"}}));
  facts.services[0].publishes_not_ready = true;
  facts.services[0].direct_access = true;
  facts.services[0].local_traffic = true;
  facts.pods[1].node = facts.pods[2].node = "node-2";
  facts.slices[0].endpoints[1].node = facts.slices[0].endpoints[2].node = "node-2";
  EndpointSlice foreign;
  foreign.name = foreign.service = "legacy";
  foreign.managed_by = "someone";
  foreign.endpoints = {{"", "", {facts.pod.pod_ip}, true, true}};
  facts.slices.push_back(foreign);
  facts.owners[0].has_deadline = true;
  facts.autoscalers = {"web"};
  facts.budgets = {{"web", 3, 2, false}, {"online", 3, 2, true}};
  facts.policies = {"allow-online"};
  facts.pod.has_liveness_probe = facts.pod.has_readiness_gates = facts.node_is_draining = true;
  facts.unreadable = {"horizontalpodautoscalers"};
  const Verdict verdict = judge_removal(facts, Cluster());
  CHECK(verdict.refusals.empty());
  for (const char* code : {"still_routed", "publishes_not_ready", "direct_access", "last_on_node", "foreign_slice", "job_deadline",
                           "autoscaler", "disruption_budget", "budget_by_label", "policy_by_label", "liveness_probe",
                           "readiness_gates", "node_draining", "could_not_check"}) {
    INFO(code);
    CHECK(has(verdict.warnings, code));
  }
}

TEST_CASE("a restore sets the recorded value, and needs confirmation without one") {
  Facts facts = three_pods();
  facts.pod.labels["load"] = "done";
  SECTION("recorded") {
    const Verdict verdict = judge_restore(facts, Cluster(), "online");
    CHECK(verdict.refusals.empty());
    CHECK(verdict.new_value == "online");
    REQUIRE(verdict.services.size() == 1);
    CHECK(verdict.services[0].role == ServiceEffect::Role::gained);
    CHECK(verdict.services[0].lists_pod);
  }
  SECTION("without a record") {
    const Verdict verdict = judge_restore(facts, Cluster(), std::nullopt);
    CHECK(has(verdict.refusals, "unrecorded"));
    CHECK(verdict.refusal(true) == nullptr);
  }
  SECTION("changed outside") {
    facts.pod.labels["load"] = "canary";
    CHECK(has(judge_restore(facts, Cluster(), "online").refusals, "changed_outside"));
  }
  SECTION("already in") {
    facts.pod.labels["load"] = "online";
    CHECK(judge_restore(facts, Cluster(), "online").refusal(true) != nullptr);
  }
}

TEST_CASE("a published endpoint counts although its Pod is not ready, without the warning that it does not serve") {
  Facts facts = three_pods();
  facts.pods = {pod_named("a", "online", false)};
  facts.pod = facts.pods[0];
  facts.services[0].publishes_not_ready = true;
  const Verdict verdict = judge_removal(facts, Cluster());
  CHECK(has(verdict.refusals, "below_minimum"));
  CHECK_FALSE(has(verdict.warnings, "not_ready_anyway"));
}

TEST_CASE("a refusal names the pending removals if they are its cause") {
  Facts facts = three_pods();
  facts.pending = {"uid-b", "c"};
  const Verdict verdict = judge_removal(facts, Cluster());
  REQUIRE(codes(verdict.refusals) == std::vector<std::string>{"removals_under_way"});
  CHECK(verdict.refusals[0].args["pods"] == "b, c");
  facts.pods.resize(1);  // they are not the cause
  CHECK(codes(judge_removal(facts, Cluster()).refusals) == std::vector<std::string>{"below_minimum"});
}

TEST_CASE("a restored Pod without the port that a Service targets gets no traffic from it") {
  Facts facts = three_pods();
  facts.pod.labels["load"] = "done";
  facts.services[0].ports = {{"", "TCP", "http"}};
  Verdict verdict = judge_restore(facts, Cluster(), "online");
  CHECK(has(verdict.warnings, "port_missing"));
  REQUIRE(verdict.services.size() == 1);
  CHECK_FALSE(verdict.services[0].reaches_pod);
  facts.pod.named_ports = {{"http", "TCP"}};
  verdict = judge_restore(facts, Cluster(), "online");
  CHECK_FALSE(has(verdict.warnings, "port_missing"));
  CHECK(verdict.services[0].reaches_pod);
}
