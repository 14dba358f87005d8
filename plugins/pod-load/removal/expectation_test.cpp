// What is expected of a Pod says which reads go out first. It changes no fact and no decision, however wrong it is.
#include "removal/expectation.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "podload/error.hpp"
#include "podload/json.hpp"
#include "podload_testing/scripted_kube.hpp"
#include "removal/facts_reader.hpp"
#include "removal/guard.hpp"
#include "removal/verdict_details.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

const std::string kShop = "/namespaces/shop/";
const std::vector<std::string> kPods{"a", "b", "c", "d", "e", "f"}, kServices{"api", "old", "web", "web-all"},
    kOwners{"r1", "r2", "squad"};

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  bool once_in(unsigned times) { return engine_() % times == 0; }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[engine_() % all.size()];
  }

 private:
  std::mt19937 engine_;
};

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

/// The objects of one namespace.
struct World {
  std::map<std::string, Json> pods, cached, services,
      slices;                               ///< `cached`: the Pods as the API server's cache has them.
  std::map<std::string, KubeReply> owners;  ///< By path.
  std::set<std::string> pending;
};

std::string owner_path(const std::string& name) {
  return "/apis/apps/v1" + kShop + (name == "squad" ? "squads/" : "replicasets/") + name;
}

Json owner_reference(const std::string& name) {
  return Json::array({{{"apiVersion", "apps/v1"},
                       {"kind", name == "squad" ? "Squad" : "ReplicaSet"},
                       {"name", name},
                       {"uid", "uid-" + name},
                       {"controller", true}}});
}

Json random_pod(Random& random, const std::string& name) {
  Json pod = {{"metadata",
               {{"name", name},
                {"namespace", "shop"},
                {"uid", "uid-" + name},
                {"resourceVersion", "1"},
                {"labels",
                 {{"app", random.one_of<std::string>({"web", "web", "api"})},
                  {"load", random.one_of<std::string>({"online", "online", "done"})}}}}},
              {"spec", {{"nodeName", "node-" + random.one_of<std::string>({"1", "2"})}}},
              {"status",
               {{"phase", "Running"},
                {"conditions", {{{"type", "Ready"}, {"status", random.once_in(4) ? "False" : "True"}}}}}}};
  if (random.once_in(9)) pod["metadata"]["uid"] = "uid-another-" + name;
  if (random.once_in(9)) pod["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  if (!random.once_in(4))
    pod["metadata"]["ownerReferences"] = owner_reference(random.one_of<std::string>({"r1", "r2"}));
  return pod;
}

Json slice_of(Random& random, const std::string& service, bool own) {
  Json slice = {
      {"metadata",
       {{"name", service + (own ? "-1" : "-foreign")},
        {"labels", {{kServiceNameLabel, service}, {kManagedByLabel, own ? std::string(kOwnManager) : "somebody"}}}}},
      {"endpoints", Json::array()}};
  for (const std::string& pod : kPods)
    if (!random.once_in(own ? 6 : 2))
      slice["endpoints"].push_back(
          {{"addresses", {"10.0.0.1"}}, {"targetRef", {{"kind", "Pod"}, {"uid", "uid-" + pod}}}});
  return slice;
}

World random_world(Random& random) {
  World world;
  for (const std::string& name : kPods)
    if (!random.once_in(8)) world.pods[name] = random_pod(random, name);
  world.cached = world.pods;
  for (const std::string& name : kPods)
    if (random.once_in(6)) world.cached[name] = random_pod(random, name);
  const std::vector<Json> selectors{{{"app", "web"}, {"load", "online"}},
                                    {{"app", "api"}, {"load", "online"}},
                                    {{"app", "web"}},
                                    {{"load", "online"}}};
  for (const std::string& name : kServices) {
    if (random.once_in(3)) continue;
    world.services[name] = {{"metadata", {{"name", name}}}, {"spec", {{"selector", random.one_of(selectors)}}}};
    if (random.once_in(3))
      world.services[name]["metadata"]["annotations"]["podload.io/minimum"] =
          random.one_of<std::string>({"0", "2", "3", "50%", "20", "x"});
    world.slices[name + "-1"] = slice_of(random, name, true);
    if (random.once_in(5)) world.slices[name + "-foreign"] = slice_of(random, name, false);
  }
  for (const std::string& name : kOwners) {
    Json selector = {{"matchLabels", {{"app", "web"}}}};
    if (random.once_in(5)) selector["matchLabels"]["load"] = "online";
    Json owner = {{"metadata", {{"name", name}, {"uid", "uid-" + name}}}, {"spec", {{"selector", selector}}}};
    if (name != "squad") owner["metadata"]["ownerReferences"] = owner_reference("squad");
    world.owners[owner_path(name)] = {random.one_of<int>({200, 200, 200, 200, 403, 404, 500}), print_json(owner), {}};
  }
  for (const std::string& name : kPods)
    if (random.once_in(8)) world.pending.insert(random.once_in(2) ? name : "uid-" + name);
  return world;
}

/// Serves a world. Some reads fail ahead.
class WorldServer final : public testing::ScriptedKube {
 public:
  explicit WorldServer(const World& world) : world_(world) {}

  KubeReply send(const KubeRequest& request) override {
    ++requested[request.path];
    const std::string path = request.path.substr(0, request.path.find('?')),
                      query = decoded(request.path.substr(path.size()));
    if (const auto owner = world_.owners.find(path); owner != world_.owners.end()) return owner->second;
    if (path.ends_with("/services")) return list(world_.services, [](const Json&) { return true; });
    if (path.ends_with("/endpointslices")) {
      const bool foreign = query.find("managed-by!=") != std::string::npos;
      const auto names = query.find(" in (");
      return list(world_.slices, [&](const Json& slice) {
        const Json& labels = slice["metadata"]["labels"];
        if (foreign) return labels[kManagedByLabel] != Json(kOwnManager);
        const std::string wanted =
            names == std::string::npos ? "" : "," + query.substr(names + 5, query.find(')', names) - names - 5) + ",";
        return labels[kManagedByLabel] == Json(kOwnManager) &&
               wanted.find("," + text_of(labels[kServiceNameLabel]) + ",") != std::string::npos;
      });
    }
    if (path.ends_with(kShop + "pods")) {
      const auto& pods = query.find("&resourceVersion=0") == std::string::npos ? world_.pods : world_.cached;
      const auto app = query.find("app=");
      return list(pods, [&](const Json& pod) {
        return app == std::string::npos || text_of(pod["metadata"]["labels"]["app"]) == query.substr(app + 4, 3);
      });
    }
    if (const auto pod = path.rfind(kShop + "pods/"); pod != std::string::npos) {
      const auto found = world_.pods.find(path.substr(pod + kShop.size() + 5));
      if (found != world_.pods.end()) return {200, print_json(found->second), {}};
    }
    return {404, "{}", {}};
  }
  std::vector<KubeReply> send_all(const std::vector<KubeRequest>& requests) override {
    ++rounds;
    return ScriptedKube::send_all(requests);
  }
  void send_async(const KubeRequest& request, OnReply on_done) override {
    const bool serves_warnings = request.path.find(kShop + "pods") == std::string::npos &&
                                 request.path.find("slices") == std::string::npos &&
                                 request.path.find("sets/r") == std::string::npos;
    if (!fails_ahead || serves_warnings || !fails_ahead->once_in(4)) return ScriptedKube::send_async(request, on_done);
    on_done(KubeError(KubeError::Fault::unreachable, "kube_unreachable"));
  }
  std::optional<KubeResource> resource(std::string_view, std::string_view kind) override {
    return KubeResource{"/apis/apps/v1", kind == "Squad" ? "squads" : "replicasets", true};
  }

  std::map<std::string, int> requested;
  int rounds = 0;
  Random* fails_ahead = nullptr;

 private:
  template <class Wanted>
  KubeReply list(const std::map<std::string, Json>& objects, Wanted&& wanted) const {
    Json items = Json::array();
    for (const auto& [name, object] : objects)
      if (wanted(object)) items.push_back(object);
    if (&objects == &world_.cached) std::reverse(items.begin(), items.end());  // a cache has its own order
    return {200, print_json({{"metadata", {{"resourceVersion", "7"}}}, {"items", items}}), {}};
  }
  static std::string decoded(const std::string& query) {
    std::string text;
    for (std::size_t i = 0; i < query.size(); ++i) {
      if (query[i] == '%' && i + 2 < query.size()) {
        text += static_cast<char>(std::stoi(query.substr(i + 1, 2), nullptr, 16));
        i += 2;
      } else {
        text += query[i];
      }
    }
    return text;
  }

  const World& world_;
};

class NoTypes final : public WorkloadTypes {
 public:
  const WorkloadType& find(std::string_view) const override { throw Error("unknown_workload_type"); }
  const WorkloadType* of(std::string_view, std::string_view) const override { return nullptr; }
  std::optional<std::string> path(KubeClient&, const WorkloadType&, const std::string&) const override {
    return std::nullopt;
  }
};

/// All that a removal of Pod `a` decides, printed.
std::string decision(WorldServer& server, const World& world, const Expect& expect) {
  const NoTypes types;
  const Cluster cluster;
  try {
    const Facts facts =
        FactsReader(types, expect).read_for_removal(server, cluster, "shop", "a", "done", world.pending);
    const Verdict verdict = judge_removal(facts, cluster);
    const Notice* const refusal = verdict.refusal(false);
    return (refusal == nullptr ? "allowed " : "refused ") + std::string(verdict.serves_now ? "serves " : "") +
           facts.pod.uid + details_of(verdict).dump();
  } catch (const Error& error) {
    return "failed: " + error.code();
  }
}

/// What somebody would expect who has seen that world.
Expectation seen(const World& world, const std::string& pod) {
  Expectation expected;
  Traffic& traffic = expected.traffic;
  const auto read = [](const Json& object, auto&& reader) { return reader(JsonDocument(print_json(object)).root()); };
  if (const auto found = world.pods.find(pod); found != world.pods.end()) traffic.pod = read(found->second, read_pod);
  traffic.pods = {traffic.pod};
  for (const auto& [name, object] : world.pods)
    if (name != pod) traffic.pods.push_back(read(object, read_pod));
  for (const auto& [name, object] : world.services) traffic.services.push_back(read(object, read_service));
  for (const auto& [name, object] : world.slices) traffic.slices.push_back(read(object, read_slice));
  for (const OwnerReference& owner : traffic.pod.owners) {
    expected.owners.push_back(owner_path(owner.name));
    expected.owners.push_back(owner_path("squad"));
  }
  return expected;
}

}  // namespace

TEST_CASE("whatever is expected, right or wrong, a removal decides the same") {
  std::map<std::string, int> decisions;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    const World world = random_world(random), other = random_world(random);
    WorldServer plain(world);
    const std::string without = decision(plain, world, {});
    ++decisions[without.substr(0, 7)];
    Expectation expected = seen(random.once_in(3) ? world : other, random.once_in(4) ? random.one_of(kPods) : "a");
    const Expectation wrong = seen(other, "a");
    if (random.once_in(3)) expected.traffic.pods = wrong.traffic.pods;
    if (random.once_in(3)) expected.traffic.slices = wrong.traffic.slices;
    if (random.once_in(3))
      expected.traffic.services = random.once_in(2) ? wrong.traffic.services : std::vector<Service>();
    if (random.once_in(3))
      expected.owners =
          random.once_in(2) ? wrong.owners : std::vector<std::string>{"/apis/apps/v1/no", owner_path("r2")};
    WorldServer hinted(world);
    if (random.once_in(2)) hinted.fails_ahead = &random;
    INFO("seed " << seed);
    REQUIRE(decision(hinted, world, [&](const Cluster&, const std::string&, const std::string&) {
              return std::optional(expected);
            }) == without);
  }
  // The worlds are of all kinds.
  for (const char* kind : {"allowed", "refused", "failed:"}) {
    INFO(kind);
    CHECK(decisions[kind] > 100);
  }
}

TEST_CASE("a removal of a Pod that is as expected reads everything once, in one round") {
  int checked = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    World world = random_world(random);
    world.cached = world.pods;
    const auto missing = [](const auto& owner) { return owner.second.status != 200; };
    if (std::any_of(world.owners.begin(), world.owners.end(), missing)) continue;
    WorldServer server(world);
    const std::string decided = decision(
        server, world,
        [&](const Cluster&, const std::string&, const std::string& pod) { return std::optional(seen(world, pod)); });
    if (!decided.starts_with("allowed")) continue;
    ++checked;
    INFO("seed " << seed << " " << decided);
    REQUIRE(server.rounds == 1);
    for (const auto& [path, times] : server.requested) {
      INFO(path);
      REQUIRE(times == 1);
    }
    WorldServer plain(world);
    REQUIRE(decision(plain, world, {}) == decided);
    REQUIRE(plain.rounds > 1);
    for (const auto& [path, times] : server.requested) {
      INFO(path);
      REQUIRE(plain.requested.count(path) == 1);  // nothing is read that is not needed
    }
  }
  CHECK(checked > 50);
}
