#include "removal/serving.hpp"

#include <catch2/catch.hpp>

#include "removal/three_pods.hpp"

using namespace podload;
using namespace podload::pod_load;
using namespace podload::pod_load::testing;

TEST_CASE("minimum texts") {
  CHECK(parse_minimum("3", 10) == 3);
  CHECK(parse_minimum("25%", 10) == 3);
  CHECK(parse_minimum("0%", 10) == 0);
  CHECK(parse_minimum("100%", 7) == 7);
  for (const char* text : {"", "-1", "x", "5x", "101%", "1.5", "%", "3 %"}) {
    INFO(text);
    CHECK_FALSE(parse_minimum(text, 10));
  }
}

TEST_CASE("one more than the minimum is enough to read, and the Pod itself shows nothing") {
  Facts facts = three_pods();
  for (const char* more : {"d", "e"}) {
    facts.pods.push_back(pod_named(more));
    facts.slices[0].endpoints.push_back({std::string("uid-") + more, "node-1", {}, true, true});
  }
  Cluster cluster;
  CHECK(witnesses(facts, cluster, "done") == std::set<std::string>{"b", "c"});
  cluster.minimum = 2;
  CHECK(witnesses(facts, cluster, "done") == std::set<std::string>{"b", "c", "d"});
  cluster.minimum = 4;
  CHECK(witnesses(facts, cluster, "done") == std::set<std::string>{"b", "c", "d", "e"});
  cluster.minimum = 5;
  CHECK_FALSE(witnesses(facts, cluster, "done"));
  cluster.minimum = 0;
  CHECK(witnesses(facts, cluster, "done") == std::set<std::string>{});
}

TEST_CASE("a Pod that does not serve, or that is on its way out, shows nothing") {
  Facts facts = three_pods();
  facts.pending = {"b"};
  CHECK(witnesses(facts, Cluster(), "done") == std::set<std::string>{"c"});
  SECTION("not ready") { facts.pods[2].ready = false; }
  SECTION("ending") { facts.pods[2].ending = true; }
  SECTION("out") { facts.pods[2].labels["load"] = "done"; }
  SECTION("without an endpoint") { facts.slices[0].endpoints.pop_back(); }
  SECTION("on its way out, by its uid") { facts.pending.insert("uid-c"); }
  CHECK_FALSE(witnesses(facts, Cluster(), "done"));
}

TEST_CASE("every Service that the Pod serves is shown for, and only those that it loses") {
  Facts facts = three_pods();
  facts.services.push_back(service_named("web-2", {{"tier", "front"}, {"load", "online"}}));
  facts.services.push_back(service_named("kept", {{"app", "web"}}));
  facts.pod.labels["tier"] = "front";
  facts.pods[0] = facts.pod;
  EndpointSlice second = facts.slices[0];
  second.service = "web-2";
  facts.slices.push_back(second);
  CHECK_FALSE(witnesses(facts, Cluster(), "done"));
  facts.pods[2].labels["tier"] = "front";
  CHECK(witnesses(facts, Cluster(), "done") == std::set<std::string>{"b", "c"});
  facts.pod.ready = facts.pods[0].ready = false;
  CHECK(witnesses(facts, Cluster(), "done") == std::set<std::string>{});
}

TEST_CASE("a share of all wants all of them read, and so do very many") {
  Facts facts = three_pods();
  CHECK(some_suffice(facts, Cluster(), "done"));
  facts.services[0].minimum = "2";
  CHECK(some_suffice(facts, Cluster(), "done"));
  facts.services[0].minimum = "17";
  CHECK_FALSE(some_suffice(facts, Cluster(), "done"));
  facts.services[0].minimum = "50%";
  CHECK_FALSE(some_suffice(facts, Cluster(), "done"));
  facts.services[0].selector.erase("load");  // kept: its minimum is not asked for
  CHECK(some_suffice(facts, Cluster(), "done"));
}

TEST_CASE("Pods are counted by the port that they serve: the port where the fewest are left decides") {
  Facts facts = three_pods();
  facts.services[0].ports = {{"http", "TCP", "http"}, {"metrics", "TCP", ""}};
  facts.slices[0].ports = {{"http", "TCP"}, {"metrics", "TCP"}};
  CHECK(ServingPods(facts, facts.services[0]).without("uid-a").after == 2);
  // Only a declares the port that the Service names: the others are in a slice of their own, with metrics alone.
  EndpointSlice others = facts.slices[0];
  others.name = "web-2";
  others.ports = {{"metrics", "TCP"}};
  others.endpoints.erase(others.endpoints.begin());
  facts.slices[0].endpoints.resize(1);
  facts.slices.push_back(others);
  const ServingPods serving(facts, facts.services[0]);
  CHECK(serving.without("uid-a").before == 1);
  CHECK(serving.without("uid-a").after == 0);
  CHECK(serving.without("uid-b").after == 2);  // it serves metrics only, and so do the others
  CHECK_FALSE(witnesses(facts, Cluster(), "done"));
  SECTION("a port of the same name by another protocol is another port") {
    facts.slices[0].ports = {{"http", "UDP"}, {"metrics", "TCP"}};
    CHECK(ServingPods(facts, facts.services[0]).without("uid-a").after == 2);
  }
  SECTION("a slice without ports serves a Service that has none") {
    facts.services[0].ports.clear();
    facts.slices[0].ports.clear();
    facts.slices[1].ports.clear();
    CHECK(ServingPods(facts, facts.services[0]).without("uid-a").after == 2);
  }
}

TEST_CASE("where a Service publishes Pods that are not ready, a listed one serves") {
  Facts facts = three_pods();
  facts.pods = {pod_named("a", "online", false)};
  facts.pod = facts.pods[0];
  CHECK_FALSE(ServingPods(facts, facts.services[0]).has("uid-a"));
  facts.services[0].publishes_not_ready = true;
  CHECK(ServingPods(facts, facts.services[0]).has("uid-a"));
}
