#include "removal/serving.hpp"

#include <catch2/catch.hpp>

#include "removal/three_pods.hpp"

using namespace podload;
using namespace podload::pod_load;
using namespace podload::pod_load::testing;

TEST_CASE("parse_minimum") {
  CHECK(parse_minimum("3", 10) == 3);
  CHECK(parse_minimum("25%", 10) == 3);
  CHECK(parse_minimum("0%", 10) == 0);
  CHECK(parse_minimum("100%", 7) == 7);
  for (const char* text : {"", "-1", "x", "5x", "101%", "1.5", "%", "3 %"}) {
    INFO(text);
    CHECK_FALSE(parse_minimum(text, 10));
  }
}

TEST_CASE("the witnesses are one more than the minimum, without the Pod itself") {
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

TEST_CASE("a Pod that does not serve or has a pending removal is not a witness") {
  Facts facts = three_pods();
  facts.pending = {"b"};
  CHECK(witnesses(facts, Cluster(), "done") == std::set<std::string>{"c"});
  SECTION("not ready") { facts.pods[2].ready = false; }
  SECTION("being deleted") { facts.pods[2].ending = true; }
  SECTION("removed") { facts.pods[2].labels["load"] = "done"; }
  SECTION("without an endpoint") { facts.slices[0].endpoints.pop_back(); }
  SECTION("pending removal, by uid") { facts.pending.insert("uid-c"); }
  CHECK_FALSE(witnesses(facts, Cluster(), "done"));
}

TEST_CASE("there are witnesses for every lost Service that the Pod serves, and for no others") {
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

TEST_CASE("a percentage or a large minimum requires all Pods") {
  Facts facts = three_pods();
  CHECK(some_suffice(facts, Cluster(), "done"));
  facts.services[0].minimum = "2";
  CHECK(some_suffice(facts, Cluster(), "done"));
  facts.services[0].minimum = "17";
  CHECK_FALSE(some_suffice(facts, Cluster(), "done"));
  facts.services[0].minimum = "50%";
  CHECK_FALSE(some_suffice(facts, Cluster(), "done"));
  facts.services[0].selector.erase("load");  // kept: its minimum does not matter
  CHECK(some_suffice(facts, Cluster(), "done"));
}

TEST_CASE("Pods are counted per port, and the port with the fewest remaining Pods decides") {
  Facts facts = three_pods();
  facts.services[0].ports = {{"http", "TCP", "http"}, {"metrics", "TCP", ""}};
  facts.slices[0].ports = {{"http", "TCP"}, {"metrics", "TCP"}};
  CHECK(ServingPods(facts, facts.services[0]).without("uid-a").after == 2);
  // Only a declares the port that the Service names; the others are in another slice, which has only metrics.
  EndpointSlice others = facts.slices[0];
  others.name = "web-2";
  others.ports = {{"metrics", "TCP"}};
  others.endpoints.erase(others.endpoints.begin());
  facts.slices[0].endpoints.resize(1);
  facts.slices.push_back(others);
  const ServingPods serving(facts, facts.services[0]);
  CHECK(serving.without("uid-a").before == 1);
  CHECK(serving.without("uid-a").after == 0);
  CHECK(serving.without("uid-b").after == 2);  // it serves metrics only, like c
  CHECK_FALSE(witnesses(facts, Cluster(), "done"));
  SECTION("ports of the same name with different protocols are different") {
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

TEST_CASE("if a Service publishes Pods that are not ready, every listed Pod serves") {
  Facts facts = three_pods();
  facts.pods = {pod_named("a", "online", false)};
  facts.pod = facts.pods[0];
  CHECK_FALSE(ServingPods(facts, facts.services[0]).has("uid-a"));
  facts.services[0].publishes_not_ready = true;
  CHECK(ServingPods(facts, facts.services[0]).has("uid-a"));
}
