// For tests of removals: one cluster in memory whose EndpointSlices follow the Pods' labels at once, and the journal on a
// real database. Operations and requests come from one thread at a time; the prover's and settler's threads may read.
#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "podload/ids.hpp"
#include "podload/mutex.hpp"
#include "podload/parse_json.hpp"
#include "podload_testing/database.hpp"
#include "podload_testing/doubles.hpp"
#include "podload_testing/scripted_kube.hpp"
#include "removal/facts_reader.hpp"
#include "removal/operation_runner.hpp"
#include "removal/prover.hpp"

namespace podload::pod_load {

class LetsEverybody final : public Authenticator {
 public:
  std::optional<Principal> authenticate(const Request&) override { return std::nullopt; }
  std::vector<std::optional<Principal>> current(const std::vector<Principal>& principals) override {
    return std::vector<std::optional<Principal>>(principals.size());
  }
  void confirm(Transaction&, const Principal&, Level, std::string_view, std::string_view) override {}
};

class NoTypes final : public WorkloadTypes {
 public:
  const WorkloadType& find(std::string_view) const override { throw Error("unknown_workload_type"); }
  const WorkloadType* of(std::string_view, std::string_view) const override { return nullptr; }
  std::optional<std::string> path(KubeClient&, const WorkloadType&, const std::string&) const override { return std::nullopt; }
};

/// The namespace `shop` with the Service `web`, which selects app=web, load=online.
class OneNamespace {
 public:
  /// Answers a request in the server's place; nothing: the server answers.
  using Instead = std::function<std::optional<KubeReply>(const KubeRequest&)>;

  OneNamespace() : kube(std::make_shared<testing::ScriptedKube>([this](const KubeRequest& request) { return answer(request); })) {}

  void add(const std::string& name) {
    const MutexLock lock(mutex_);
    pods_[name] = {{"metadata", {{"name", name}, {"namespace", "shop"}, {"uid", "uid-" + name + "-" + std::to_string(++version_)},
                                 {"resourceVersion", std::to_string(version_)}, {"labels", {{"app", "web"}, {"load", "online"}}}}},
                   {"status", {{"phase", "Running"}, {"podIP", "10.0.0.1"}, {"conditions", {{{"type", "Ready"}, {"status", "True"}}}}}}};
  }
  void remove(const std::string& name) {
    const MutexLock lock(mutex_);
    pods_.erase(name);
  }
  Json pod(const std::string& name) const {
    const MutexLock lock(mutex_);
    return pods_.at(name);
  }
  std::string label(const std::string& name) const { return pod(name)["metadata"]["labels"].value("load", ""); }
  std::string annotation(const std::string& name, const char* key) const {
    return pod(name)["metadata"].value("annotations", Json::object()).value(key, "");
  }
  void instead(Instead given) {
    const MutexLock lock(mutex_);
    instead_ = std::move(given);
  }
  int patches() const {
    int count = 0;
    for (const KubeRequest& request : kube->requests()) count += request.method == "PATCH" ? 1 : 0;
    return count;
  }
  /// What the server itself answers to a request, without `instead`.
  KubeReply serve(const KubeRequest& request) {
    const std::string pods = "/api/v1/namespaces/shop/pods";
    std::string changed;
    KubeReply reply{404, "{}", {}};
    {
      const MutexLock lock(mutex_);
      const std::string path = request.path.substr(0, request.path.find('?'));
      if (path.starts_with(pods + "/")) {
        const auto pod = pods_.find(path.substr(pods.size() + 1));
        if (pod != pods_.end()) reply = request.method == "PATCH" ? patched(pod->second, request) : KubeReply{200, print_json(pod->second), {}};
      } else if (path == pods) {
        reply = list_of_pods();
      } else if (path.ends_with("/services")) {
        reply = {200, R"({"items":[{"metadata":{"name":"web"},"spec":{"selector":{"app":"web","load":"online"},"ports":[{"port":80,"targetPort":8080}]}}]})", {}};
      } else if (path.ends_with("/endpointslices")) {
        const bool foreign = request.path.find("%21%3D") != std::string::npos;  // "managed-by != …"
        reply = {200, print_json({{"metadata", {{"resourceVersion", std::to_string(version_)}}}, {"items", foreign ? Json::array() : Json::array({slice()})}}), {}};
      }
      if (request.method == "PATCH" && reply.status == 200) changed = print_json({{"type", "MODIFIED"}, {"object", slice()}});
    }
    if (!changed.empty()) kube->send_line(changed);
    return reply;
  }

 private:
  KubeReply answer(const KubeRequest& request) {
    Instead instead;
    {
      const MutexLock lock(mutex_);
      instead = instead_;
    }
    if (instead)
      if (auto reply = instead(request)) return *std::move(reply);
    return serve(request);
  }
  KubeReply patched(Json& pod, const KubeRequest& request) PODLOAD_REQUIRES(mutex_) {
    Json patch = parse_json(request.body);
    Json& metadata = patch["metadata"];
    if (metadata["uid"] != pod["metadata"]["uid"] || metadata["resourceVersion"] != pod["metadata"]["resourceVersion"])
      return {409, R"({"kind":"Status","reason":"Conflict","message":"the object has been modified"})", {}};
    Json changed = pod;
    metadata.erase("resourceVersion");
    changed.merge_patch(patch);
    changed["metadata"]["resourceVersion"] = std::to_string(++version_);
    if (request.path.find("dryRun=All") == std::string::npos) pod = changed;
    return {200, print_json(changed), {}};
  }
  KubeReply list_of_pods() const PODLOAD_REQUIRES(mutex_) {
    Json items = Json::array();
    for (const auto& [name, pod] : pods_) items.push_back(pod);
    return {200, print_json({{"metadata", {{"resourceVersion", std::to_string(version_)}}}, {"items", items}}), {}};
  }
  Json slice() const PODLOAD_REQUIRES(mutex_) {
    Json endpoints = Json::array();
    for (const auto& [name, pod] : pods_)
      if (pod["metadata"]["labels"].value("load", "") == "online")
        endpoints.push_back({{"addresses", {"10.0.0.1"}}, {"targetRef", {{"kind", "Pod"}, {"uid", pod["metadata"]["uid"]}}}, {"conditions", {{"ready", true}, {"serving", true}}}});
    return {{"metadata", {{"name", "web-1"}, {"labels", {{kServiceNameLabel, "web"}, {kManagedByLabel, kOwnManager}}}}}, {"ports", {{{"name", ""}, {"port", 8080}, {"protocol", "TCP"}}}}, {"endpoints", endpoints}};
  }

  mutable Mutex mutex_;
  std::map<std::string, Json> pods_ PODLOAD_GUARDED_BY(mutex_);
  int version_ PODLOAD_GUARDED_BY(mutex_) = 100;
  Instead instead_ PODLOAD_GUARDED_BY(mutex_);

 public:
  const std::shared_ptr<testing::ScriptedKube> kube;
};

class OneCluster final : public ClusterDirectory {
 public:
  explicit OneCluster(std::shared_ptr<KubeClient> kube) : kube_(std::move(kube)) {
    cluster.id = "00000000-0000-4000-8000-000000000001";
    cluster.name = "one";
  }
  std::optional<Cluster> find(std::string_view) override { return cluster; }
  std::optional<Cluster> find_id(std::string_view) override { return deleted ? std::nullopt : std::optional(cluster); }
  std::vector<Cluster> all() override { return {cluster}; }
  std::shared_ptr<KubeClient> client(const Cluster&) override { return kube_; }
  std::unique_ptr<KubeFeed> follow(const Cluster&, const std::string&, const std::string&, std::shared_ptr<KubeMirror>) override { return nullptr; }

  Cluster cluster;
  bool deleted = false;

 private:
  const std::shared_ptr<KubeClient> kube_;
};

/// A daemon's objects on that cluster.
struct RemovalFixture {
  explicit RemovalFixture(std::initializer_list<const char*> pods = {"a", "b"}, std::vector<Json> checks = {}) : check_rows(std::move(checks)) {
    for (const char* name : pods) shop.add(name);
  }

  std::unique_ptr<testing::TestDatabase> database = testing::test_database("pod_load", PODLOAD_SQL);
  testing::SetClock clock;
  testing::LinesLog log;
  testing::RememberingAuditLog audit;
  testing::RememberingEvents events;
  LetsEverybody authenticator;
  NoTypes types;
  OneNamespace shop;
  OneCluster clusters{shop.kube};
  const std::vector<Json> check_rows;
  Journal journal{*database, &authenticator, &audit, events, new_uuid(), log};
  Prover prover{journal, clock, log, std::chrono::seconds(10)};
  FactsReader reader{types};
  Checks checks{check_rows, log};
  OperationRunner runner{journal, prover, clusters, reader, checks, clock, log, [](const std::string&, const Pod&) {}};

  Order order(const std::string& pod, PodOperation::Kind kind = PodOperation::Kind::remove) const {
    Order order;
    order.cluster = clusters.cluster;
    order.principal.username = "ann";
    PodOperation& operation = order.operation;
    operation.id = operation.request_id = new_uuid();
    operation.kind = kind;
    operation.cluster_id = order.cluster.id;
    operation.cluster = order.cluster.name;
    operation.name_space = "shop";
    operation.pod = pod;
    operation.username = "ann";
    return order;
  }

  /// Runs the order to its end: "removed", or for one that ended before, "refused: last_serving".
  std::string outcome(Order order) {
    OperationRunner::Result result = runner.run(std::move(order));
    if (const auto* ended = std::get_if<OperationRunner::Ended>(&result))
      return (ended->operation.outcome ? std::string(name_of(*ended->operation.outcome)) : "open") + ": " + ended->why.code();
    std::promise<PodOperation> settled;
    runner.follow(std::get<OperationRunner::Applied>(std::move(result)), [&](const PodOperation& operation) { settled.set_value(operation); });
    std::future<PodOperation> future = settled.get_future();
    if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready) return "not settled";
    const auto outcome = future.get().outcome;
    return outcome ? std::string(name_of(*outcome)) : "open";
  }
};

}  // namespace podload::pod_load
