// Reads from an API server whose cache lags behind its storage.
#include "removal/facts_reader.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "podload/error.hpp"
#include "podload/json.hpp"
#include "podload_testing/doubles.hpp"
#include "podload_testing/scripted_kube.hpp"
#include "removal/guard.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

const std::string kPods = "/api/v1/namespaces/shop/pods";

/// A fake API server: `live` are the Pods in its storage, `cached` those in its cache.
class TrailingServer final : public testing::ScriptedKube {
 public:
  TrailingServer() {
    for (const char* name : {"a", "b", "c", "d"}) set(name, "online");
    cached = live;
  }

  void set(const std::string& name, const std::string& load) {
    live[name] = {{"metadata", {{"name", name}, {"namespace", "shop"}, {"uid", "uid-" + name}, {"labels", {{"app", "web"}, {"load", load}}}}},
                  {"status", {{"phase", "Running"}, {"conditions", {{{"type", "Ready"}, {"status", "True"}}}}}}};
  }

  KubeReply send(const KubeRequest& request) override {
    requested.push_back(request.path);
    const std::string& path = request.path;
    if (path.starts_with(kPods + "/")) {
      const auto pod = live.find(path.substr(kPods.size() + 1));
      return pod == live.end() ? KubeReply{404, "{}", {}} : KubeReply{200, print_json(pod->second), {}};
    }
    if (path.starts_with(kPods + "?")) return list(path.ends_with("&resourceVersion=0") ? cached : live);
    if (const auto owner = owners.find(path); owner != owners.end()) return owner->second;
    if (path.ends_with("/services")) return {200, print_json({{"items", {service}}}), {}};
    if (path.find("managed-by!%3D") != std::string::npos || path.find("managed-by%21%3D") != std::string::npos) return {200, R"({"items":[]})", {}};
    if (path.find("/endpointslices?") != std::string::npos) return {200, print_json({{"items", {slice()}}}), {}};
    return {404, "{}", {}};
  }
  std::optional<KubeResource> resource(std::string_view, std::string_view kind) override {
    if (owners.empty()) return std::nullopt;
    return KubeResource{"/apis/apps/v1", kind == "ReplicaSet" ? "replicasets" : "squads", true};
  }

  /// Whether the Pods were listed from the cache ("0") or live ("").
  bool listed(const std::string& version) const {
    return std::any_of(requested.begin(), requested.end(), [&](const std::string& path) {
      return path.starts_with(kPods + "?") && path.ends_with("&resourceVersion=0") == (version == "0");
    });
  }
  /// Names of the Pods that were read one by one.
  std::string read() const {
    std::string names;
    for (const std::string& path : requested)
      if (path.starts_with(kPods + "/")) names += path.substr(kPods.size() + 1);
    return names;
  }

  std::map<std::string, Json> live, cached;
  Json service{{"metadata", {{"name", "web"}}}, {"spec", {{"selector", {{"app", "web"}, {"load", "online"}}}}}};
  std::map<std::string, KubeReply> owners;  ///< By path.
  std::vector<std::string> requested;

  /// Makes a ReplicaSet the owner of Pod a, and a Squad the owner of the ReplicaSet.
  void own(const Json& set_selector, const Json& squad_spec) {
    const Json above = Json::array({{{"apiVersion", "example.org/v1"}, {"kind", "Squad"}, {"name", "s"}, {"uid", "us"}, {"controller", true}}});
    live["a"]["metadata"]["ownerReferences"] = Json::array({{{"apiVersion", "apps/v1"}, {"kind", "ReplicaSet"}, {"name", "r"}, {"uid", "ur"}, {"controller", true}}});
    owners["/apis/apps/v1/namespaces/shop/replicasets/r"] = {
        200, print_json({{"metadata", {{"name", "r"}, {"ownerReferences", above}}}, {"spec", {{"selector", set_selector}}}}), {}};
    owners["/apis/apps/v1/namespaces/shop/squads/s"] = {200, print_json({{"metadata", {{"name", "s"}}}, {"spec", squad_spec}}), {}};
  }

 private:
  static KubeReply list(const std::map<std::string, Json>& pods) {
    Json items = Json::array();
    for (const auto& [name, pod] : pods) items.push_back(pod);
    return {200, print_json({{"items", items}}), {}};
  }
  /// The slices lag behind too: they list every Pod that ever served.
  Json slice() const {
    Json endpoints = Json::array();
    for (const char* name : {"a", "b", "c", "d"})
      endpoints.push_back({{"addresses", {"10.0.0.1"}}, {"targetRef", {{"kind", "Pod"}, {"uid", std::string("uid-") + name}}}});
    return {{"metadata", {{"name", "web-1"}, {"labels", {{kServiceNameLabel, "web"}, {kManagedByLabel, kOwnManager}}}}}, {"endpoints", endpoints}};
  }
};

/// One type, Squad, with its selector in another place than usual.
class OneType final : public WorkloadTypes {
 public:
  OneType() {
    squad_.kind = "Squad";
    squad_.selector = "/spec/pods/selector";
  }
  const WorkloadType& find(std::string_view) const override { throw Error("unknown_workload_type"); }
  const WorkloadType* of(std::string_view, std::string_view kind) const override { return kind == "Squad" ? &squad_ : nullptr; }
  std::optional<std::string> path(KubeClient&, const WorkloadType&, const std::string&) const override { return std::nullopt; }

 private:
  WorkloadType squad_;
};

Verdict removal_of_a(TrailingServer& server, const std::set<std::string>& pending = {}, const Cluster& cluster = {}) {
  const OneType types;
  return judge_removal(FactsReader(types).read_for_removal(server, cluster, "shop", "a", "done", pending), cluster);
}

/// The code of the refusal; empty if there is none.
std::string refusal(const Verdict& verdict) {
  const Notice* const first = verdict.refusal(false);
  return first == nullptr ? std::string() : first->code;
}

}  // namespace

TEST_CASE("a removal reads one Pod more than the minimum, and lists no Pods live") {
  TrailingServer server;
  const Verdict verdict = removal_of_a(server);
  CHECK(refusal(verdict).empty());
  CHECK(verdict.services.at(0).before == 4);
  CHECK(verdict.services.at(0).after == 3);
  CHECK(server.read() == "abc");
  CHECK(server.listed("0"));
  CHECK_FALSE(server.listed(""));
}

TEST_CASE("the server's cache does not allow a removal") {
  TrailingServer server;
  SECTION("all others were removed since") {
    for (const char* name : {"b", "c", "d"}) server.set(name, "done");
    const Verdict verdict = removal_of_a(server);
    CHECK(refusal(verdict) == "below_minimum");
    CHECK(verdict.services.at(0).before == 1);
  }
  SECTION("all others were deleted since") {
    for (const char* name : {"b", "c", "d"}) server.live.erase(name);
    CHECK(refusal(removal_of_a(server)) == "below_minimum");
  }
  SECTION("the others were replaced by Pods of the same names since") {
    for (const char* name : {"b", "c", "d"}) server.live[name]["metadata"]["uid"] = "another";
    CHECK(refusal(removal_of_a(server)) == "below_minimum");
  }
  SECTION("the Pod itself serves, but is removed in the cache") {
    for (const char* name : {"b", "c", "d"}) server.set(name, "done");
    server.cached["a"]["metadata"]["labels"]["load"] = "done";
    CHECK(refusal(removal_of_a(server)) == "below_minimum");
  }
  SECTION("the Pod itself serves, but is missing in the cache") {
    for (const char* name : {"b", "c", "d"}) server.set(name, "done");
    server.cached.erase("a");
    CHECK(refusal(removal_of_a(server)) == "below_minimum");
  }
}

TEST_CASE("the server's cache does not refuse a removal") {
  TrailingServer server;
  for (const char* name : {"b", "c", "d"}) server.cached[name]["metadata"]["labels"]["load"] = "done";
  CHECK(refusal(removal_of_a(server)).empty());
  CHECK(server.listed(""));
}

TEST_CASE("if the chosen Pods do not serve, all Pods are listed live") {
  TrailingServer server;
  server.set("b", "done");
  server.set("c", "done");
  const Verdict verdict = removal_of_a(server);
  CHECK(refusal(verdict).empty());
  CHECK(verdict.services.at(0).after == 1);
  CHECK(server.listed(""));
}

TEST_CASE("a Pod with a pending removal is neither chosen nor counted") {
  TrailingServer server;
  CHECK(refusal(removal_of_a(server, {"b", "uid-c"})).empty());
  CHECK(server.read() == "ad");
  CHECK(refusal(removal_of_a(server, {"b", "c", "d"})) == "removals_under_way");
}

TEST_CASE("a percentage is computed from a live list of all Pods") {
  TrailingServer server;
  server.service["metadata"]["annotations"]["podload.io/minimum"] = "75%";
  CHECK(refusal(removal_of_a(server)).empty());
  server.set("d", "done");
  CHECK(refusal(removal_of_a(server)) == "below_minimum");
  CHECK_FALSE(server.listed("0"));
}

TEST_CASE("the selector of every direct and indirect owner is read, in any form, where its type's row says") {
  TrailingServer server;
  const Json plain = {{"matchLabels", {{"app", "web"}}}}, by_load = {{"matchLabels", {{"app", "web"}, {"load", "online"}}}};
  server.own(plain, {{"pods", {{"selector", plain}}}});
  CHECK(refusal(removal_of_a(server)).empty());
  server.own(by_load, {{"pods", {{"selector", plain}}}});
  CHECK(refusal(removal_of_a(server)) == "label_in_selector");
  for (const Json& selector : {by_load, Json{{"matchExpressions", {{{"key", "load"}, {"operator", "Exists"}}}}}, Json("app=web,load=online")}) {
    INFO(selector.dump());
    server.own(plain, {{"pods", {{"selector", selector}}}});
    CHECK(refusal(removal_of_a(server)) == "label_in_selector");
  }
  // Only where the row says.
  server.own(plain, {{"selector", by_load}, {"pods", {{"selector", plain}}}});
  CHECK(refusal(removal_of_a(server)).empty());
}

TEST_CASE("a nearest owner that cannot be read ends the removal; an indirect one causes a warning") {
  TrailingServer server;
  const Json plain = {{"matchLabels", {{"app", "web"}}}};
  server.own(plain, {{"pods", {{"selector", plain}}}});
  SECTION("nearest owner: the server fails") {
    server.owners["/apis/apps/v1/namespaces/shop/replicasets/r"] = {500, "{}", {}};
    CHECK(testing::code_of([&] { removal_of_a(server); }) == "kube_error");
  }
  SECTION("nearest owner: podload may not read it") {
    server.owners["/apis/apps/v1/namespaces/shop/replicasets/r"] = {403, "{}", {}};
    CHECK(refusal(removal_of_a(server)) == "owner_unreadable");
  }
  SECTION("indirect owner") {
    server.owners["/apis/apps/v1/namespaces/shop/squads/s"] = {500, "{}", {}};
    const Verdict verdict = removal_of_a(server);
    CHECK(verdict.refusals.empty());
    CHECK(verdict.warnings.at(0).args.at("kind") == "Squad/s");
  }
  SECTION("an owner of a known type that is not the controller") {
    server.live["a"]["metadata"]["ownerReferences"] = Json::array({{{"apiVersion", "example.org/v1"}, {"kind", "Squad"}, {"name", "s"}, {"uid", "us"}}});
    server.owners["/apis/apps/v1/namespaces/shop/squads/s"].body = print_json({{"spec", {{"pods", {{"selector", "load=online"}}}}}});
    CHECK(refusal(removal_of_a(server)) == "label_in_selector");
  }
}
