// From the records in memory to the reads of a removal.
#include "expectation_of_view.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "podload/json.hpp"
#include "podload_testing/doubles.hpp"
#include "podload_testing/scripted_kube.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

class Feed final : public KubeFeed {};

/// A cluster whose mirrors the test fills.
class Mirrors final : public ClusterDirectory {
 public:
  std::optional<Cluster> find(std::string_view) override { return Cluster(); }
  std::optional<Cluster> find_id(std::string_view) override { return Cluster(); }
  std::vector<Cluster> all() override { return {}; }
  std::shared_ptr<KubeClient> client(const Cluster&) override { return kube; }
  std::unique_ptr<KubeFeed> follow(const Cluster&, const std::string& path, const std::string&,
                                   std::shared_ptr<KubeMirror> mirror) override {
    by_path[path] = std::move(mirror);
    return std::make_unique<Feed>();
  }
  void fill(const std::string& path, const std::vector<Json>& objects) {
    KubeMirror& mirror = *by_path.at(path);
    mirror.list_begins();
    for (const Json& object : objects) mirror.put(JsonDocument(print_json(object)).root());
    mirror.list_ends();
    mirror.in_step();
  }

  std::shared_ptr<KubeClient> kube = std::make_shared<testing::ScriptedKube>();
  std::map<std::string, std::shared_ptr<KubeMirror>> by_path;
};

Json object(const std::string& name, const std::string& owner = {}) {
  Json made = {{"metadata", {{"name", name}, {"namespace", "shop"}, {"uid", "uid-" + name}}}};
  if (!owner.empty()) made["metadata"]["ownerReferences"] = Json::array({{{"uid", "uid-" + owner}}});
  return made;
}

Json pod(const std::string& name, bool ready = true) {
  Json made = object(name, "set");
  made["metadata"]["labels"] = {{"app", "web"}, {"load", "online"}};
  made["spec"]["nodeName"] = "node-1";
  made["status"]["conditions"] = Json::array({{{"type", "Ready"}, {"status", ready ? "True" : "False"}}});
  return made;
}

Json service(const std::string& name, const std::string& app) {
  Json made = object(name);
  made["spec"]["selector"] = {{"app", app}, {"load", "online"}};
  return made;
}

const std::string kSlices = "/apis/discovery.k8s.io/v1/endpointslices", kSets = "/apis/apps/v1/replicasets",
                  kWorkloads = "/apis/apps/v1/deployments";

struct Fixture {
  Fixture() {
    view.pods({});
    view.follow_routes(kSlices, {});
    view.follow_objects({"apps", "replicasets"}, kSets, nullptr, {});
    view.follow_objects({"apps", "deployments"}, kWorkloads, nullptr, {});
    mirrors.fill("/api/v1/pods", {pod("a"), pod("b"), pod("c", false), pod("d")});
    mirrors.fill("/api/v1/services", {service("other", "other"), service("web", "web")});
    Json slice = object("web-1");
    slice["metadata"]["labels"]["kubernetes.io/service-name"] = "web";
    for (const char* name : {"a", "b", "c"})
      slice["endpoints"].push_back({{"addresses", {"10.0.0.1"}}, {"targetRef", {{"uid", std::string("uid-") + name}}}});
    mirrors.fill(kSlices, {slice});
    mirrors.fill(kSets, {object("another"), object("set", "workload")});
    mirrors.fill(kWorkloads, {object("workload")});
  }

  testing::SetClock clock;
  Mirrors mirrors;
  ClusterView view{mirrors, Cluster(), mirrors.kube, clock, [] {}};
};

std::string names_of(const std::vector<Pod>& pods) {
  std::string names;
  for (const Pod& pod : pods) names += pod.name;
  return names;
}

}  // namespace

TEST_CASE("the view knows the Pod, its Services, the ready Pods beside it, and its owners") {
  Fixture f;
  const auto expected = expectation_of(f.view, "shop", "a");
  REQUIRE(expected);
  const Traffic& traffic = expected->traffic;
  CHECK(traffic.pod.uid == "uid-a");
  CHECK(traffic.pod.node == "node-1");
  CHECK(traffic.pod.labels == Labels{{"app", "web"}, {"load", "online"}});
  CHECK(names_of(traffic.pods) == "ab");  // c is not ready; no slice lists d
  REQUIRE(traffic.services.size() == 2);
  CHECK(traffic.services[1].selector == Labels{{"app", "web"}, {"load", "online"}});
  REQUIRE(traffic.slices.size() == 1);
  CHECK(traffic.slices[0].service == "web");
  CHECK(traffic.slices[0].endpoints.size() == 2);
  CHECK(expected->owners == std::vector<std::string>{"/apis/apps/v1/namespaces/shop/replicasets/set",
                                                     "/apis/apps/v1/namespaces/shop/deployments/workload"});
}

TEST_CASE("nothing is expected of a Pod that the view does not have, or while it is not in step") {
  Fixture f;
  CHECK_FALSE(expectation_of(f.view, "shop", "e"));
  CHECK_FALSE(expectation_of(f.view, "other", "a"));
  const std::string path = GENERATE(std::string("/api/v1/pods"), std::string("/api/v1/services"), kSlices);
  f.mirrors.by_path.at(path)->stale(Error("kube_unreachable"));
  CHECK_FALSE(expectation_of(f.view, "shop", "a"));
}

TEST_CASE("owners whose kind is not followed are left out, and nothing begins to be followed") {
  testing::SetClock clock;
  Mirrors mirrors;
  ClusterView view(mirrors, Cluster(), mirrors.kube, clock, [] {});
  CHECK_FALSE(expectation_of(view, "shop", "a"));
  CHECK(mirrors.by_path.empty());

  Fixture f;
  f.mirrors.by_path.at(kSets)->stale(Error("kube_unreachable"));
  const auto expected = expectation_of(f.view, "shop", "a");
  REQUIRE(expected);
  CHECK(expected->owners.empty());
}

TEST_CASE("of very many Pods, some are enough") {
  Fixture f;
  std::vector<Json> pods;
  Json slice = object("web-1");
  slice["metadata"]["labels"]["kubernetes.io/service-name"] = "web";
  for (int i = 0; i < 500; ++i) {
    pods.push_back(pod("p" + std::to_string(i)));
    slice["endpoints"].push_back({{"addresses", {"10.0.0.1"}}, {"targetRef", {{"uid", "uid-p" + std::to_string(i)}}}});
  }
  f.mirrors.fill("/api/v1/pods", pods);
  f.mirrors.fill(kSlices, {slice});
  const auto expected = expectation_of(f.view, "shop", "p7");
  REQUIRE(expected);
  CHECK(expected->traffic.pods.size() == 65);
}
