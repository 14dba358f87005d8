// What is read of an API server whose memory trails what it has on disk.
#include "removal/facts_reader.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "podload/error.hpp"
#include "podload/json.hpp"
#include "removal/guard.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

const std::string kPods = "/api/v1/namespaces/shop/pods";

/// An API server as far as a removal reads it: Pods on disk, and Pods as its memory has them.
class TrailingServer final : public KubeClient {
 public:
  TrailingServer() {
    for (const char* name : {"a", "b", "c", "d"}) set(name, "online");
    remembered = live;
  }

  void set(const std::string& name, const std::string& load) {
    live[name] = {{"metadata", {{"name", name}, {"namespace", "shop"}, {"uid", "uid-" + name}, {"labels", {{"app", "web"}, {"load", load}}}}},
                  {"status", {{"phase", "Running"}, {"conditions", {{{"type", "Ready"}, {"status", "True"}}}}}}};
  }

  KubeReply send(const KubeRequest& request) override {
    asked.push_back(request.path);
    const std::string& path = request.path;
    if (path.starts_with(kPods + "/")) {
      const auto pod = live.find(path.substr(kPods.size() + 1));
      return pod == live.end() ? KubeReply{404, "{}", {}} : KubeReply{200, print_json(pod->second), {}};
    }
    if (path.starts_with(kPods + "?")) return list(path.ends_with("&resourceVersion=0") ? remembered : live);
    if (const auto owner = owners.find(path); owner != owners.end()) return owner->second;
    if (path.ends_with("/services")) return {200, print_json({{"items", {service}}}), {}};
    if (path.find("managed-by!%3D") != std::string::npos || path.find("managed-by%21%3D") != std::string::npos) return {200, R"({"items":[]})", {}};
    if (path.find("/endpointslices?") != std::string::npos) return {200, print_json({{"items", {slice()}}}), {}};
    return {404, "{}", {}};
  }
  std::vector<KubeReply> send_all(const std::vector<KubeRequest>& requests) override {
    std::vector<KubeReply> replies;
    for (const KubeRequest& request : requests) replies.push_back(send(request));
    return replies;
  }
  void send_async(const KubeRequest& request, std::function<void(std::optional<KubeReply>)> on_done) override { on_done(send(request)); }
  std::unique_ptr<KubeWatch> watch(const std::string&, std::function<void(std::string_view)>, std::function<void(std::string)>) override {
    return nullptr;
  }
  std::optional<std::string> group_path(std::string_view group, const std::vector<std::string>&) override {
    return "/apis/" + std::string(group) + "/v1";
  }
  std::optional<KubeResource> resource(std::string_view, std::string_view kind) override {
    if (owners.empty()) return std::nullopt;
    return KubeResource{"/apis/apps/v1", kind == "ReplicaSet" ? "replicasets" : "squads", true};
  }

  /// Whether the Pods were listed from memory ("0") or live ("").
  bool listed(const std::string& version) const {
    return std::any_of(asked.begin(), asked.end(), [&](const std::string& path) {
      return path.starts_with(kPods + "?") && path.ends_with("&resourceVersion=0") == (version == "0");
    });
  }
  /// The Pods that were read one by one.
  std::string read() const {
    std::string names;
    for (const std::string& path : asked)
      if (path.starts_with(kPods + "/")) names += path.substr(kPods.size() + 1);
    return names;
  }

  std::map<std::string, Json> live, remembered;
  Json service{{"metadata", {{"name", "web"}}}, {"spec", {{"selector", {{"app", "web"}, {"load", "online"}}}}}};
  std::map<std::string, KubeReply> owners;  ///< By path.
  std::vector<std::string> asked;

  /// The Pod a is owned by a ReplicaSet, which is owned by a Squad.
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
  /// The slices trail too: every Pod that ever served still stands in them.
  Json slice() const {
    Json endpoints = Json::array();
    for (const char* name : {"a", "b", "c", "d"})
      endpoints.push_back({{"addresses", {"10.0.0.1"}}, {"targetRef", {{"kind", "Pod"}, {"uid", std::string("uid-") + name}}}});
    return {{"metadata", {{"name", "web-1"}, {"labels", {{kServiceNameLabel, "web"}, {kManagedByLabel, kOwnManager}}}}}, {"endpoints", endpoints}};
  }
};

/// One type: the Squad, whose selector is elsewhere.
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

/// Its code; empty where nothing refuses.
std::string refusal(const Verdict& verdict) {
  const Notice* const first = verdict.refusal(false);
  return first == nullptr ? std::string() : first->code;
}

}  // namespace

TEST_CASE("a removal reads one Pod more than the minimum, and no list from disk") {
  TrailingServer server;
  const Verdict verdict = removal_of_a(server);
  CHECK(refusal(verdict).empty());
  CHECK(verdict.services.at(0).before == 4);
  CHECK(verdict.services.at(0).after == 3);
  CHECK(server.read() == "abc");
  CHECK(server.listed("0"));
  CHECK_FALSE(server.listed(""));
}

TEST_CASE("what the server remembers lets nothing through") {
  TrailingServer server;
  SECTION("all others are out since") {
    for (const char* name : {"b", "c", "d"}) server.set(name, "done");
    const Verdict verdict = removal_of_a(server);
    CHECK(refusal(verdict) == "below_minimum");
    CHECK(verdict.services.at(0).before == 1);
  }
  SECTION("all others are gone since") {
    for (const char* name : {"b", "c", "d"}) server.live.erase(name);
    CHECK(refusal(removal_of_a(server)) == "below_minimum");
  }
  SECTION("another Pod has the name since") {
    for (const char* name : {"b", "c", "d"}) server.live[name]["metadata"]["uid"] = "another";
    CHECK(refusal(removal_of_a(server)) == "below_minimum");
  }
  SECTION("the Pod itself serves, though memory has it out") {
    for (const char* name : {"b", "c", "d"}) server.set(name, "done");
    server.remembered["a"]["metadata"]["labels"]["load"] = "done";
    CHECK(refusal(removal_of_a(server)) == "below_minimum");
  }
  SECTION("the Pod itself serves, though memory does not have it") {
    for (const char* name : {"b", "c", "d"}) server.set(name, "done");
    server.remembered.erase("a");
    CHECK(refusal(removal_of_a(server)) == "below_minimum");
  }
}

TEST_CASE("what the server remembers refuses nothing") {
  TrailingServer server;
  for (const char* name : {"b", "c", "d"}) server.remembered[name]["metadata"]["labels"]["load"] = "done";
  CHECK(refusal(removal_of_a(server)).empty());
  CHECK(server.listed(""));
}

TEST_CASE("the first Pods that were picked are out: the others are looked for") {
  TrailingServer server;
  server.set("b", "done");
  server.set("c", "done");
  const Verdict verdict = removal_of_a(server);
  CHECK(refusal(verdict).empty());
  CHECK(verdict.services.at(0).after == 1);
  CHECK(server.listed(""));
}

TEST_CASE("a Pod on its way out is not picked, nor counted") {
  TrailingServer server;
  CHECK(refusal(removal_of_a(server, {"b", "uid-c"})).empty());
  CHECK(server.read() == "ad");
  CHECK(refusal(removal_of_a(server, {"b", "c", "d"})) == "removals_under_way");
}

TEST_CASE("a share of all is counted on all, live") {
  TrailingServer server;
  server.service["metadata"]["annotations"]["podload.io/minimum"] = "75%";
  CHECK(refusal(removal_of_a(server)).empty());
  server.set("d", "done");
  CHECK(refusal(removal_of_a(server)) == "below_minimum");
  CHECK_FALSE(server.listed("0"));
}

TEST_CASE("an owner's selector is read at every height, where its type's row says, and however it is written") {
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
  // Where the row says so, and nowhere else.
  server.own(plain, {{"selector", by_load}, {"pods", {{"selector", plain}}}});
  CHECK(refusal(removal_of_a(server)).empty());
}

TEST_CASE("an owner that decides and does not answer ends the removal; one above only leaves it unchecked") {
  TrailingServer server;
  const Json plain = {{"matchLabels", {{"app", "web"}}}};
  server.own(plain, {{"pods", {{"selector", plain}}}});
  SECTION("the nearest: no right would help") {
    server.owners["/apis/apps/v1/namespaces/shop/replicasets/r"] = {500, "{}", {}};
    CHECK_THROWS_AS(removal_of_a(server), Error);
  }
  SECTION("the nearest: podload may not read it") {
    server.owners["/apis/apps/v1/namespaces/shop/replicasets/r"] = {403, "{}", {}};
    CHECK(refusal(removal_of_a(server)) == "owner_unreadable");
  }
  SECTION("one above") {
    server.owners["/apis/apps/v1/namespaces/shop/squads/s"] = {500, "{}", {}};
    const Verdict verdict = removal_of_a(server);
    CHECK(verdict.refusals.empty());
    CHECK(verdict.warnings.at(0).args.at("kind") == "Squad/s");
  }
  SECTION("an owner reference that controls nothing, of a type that is known") {
    server.live["a"]["metadata"]["ownerReferences"] = Json::array({{{"apiVersion", "example.org/v1"}, {"kind", "Squad"}, {"name", "s"}, {"uid", "us"}}});
    server.owners["/apis/apps/v1/namespaces/shop/squads/s"].body = print_json({{"spec", {{"pods", {{"selector", "load=online"}}}}}});
    CHECK(refusal(removal_of_a(server)) == "label_in_selector");
  }
}
