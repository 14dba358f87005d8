#include "workloads/workload_catalog.hpp"

#include <catch2/catch.hpp>

#include "podload_testing/doubles.hpp"
#include "podload_testing/scripted_kube.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

Json row(const char* kind, const char* group, std::vector<std::string> versions, const char* plural) {
  return {{"kind", kind}, {"group", group}, {"versions", std::move(versions)}, {"plural", plural}};
}

const WorkloadCatalog kCatalog({
    [] {
      Json made = row("Deployment", "apps", {"v1"}, "deployments");
      made["selector"] = "/spec/selector";
      made["through"] = {{{"group", "apps"}, {"versions", {"v1"}}, {"plural", "replicasets"}}};
      return made;
    }(),
    row("CronJob", "batch", {"v1", "v1beta1"}, "cronjobs"),
});

/// A server that has CronJob in batch/v1beta1 only, as 1.20 does, and the Deployment `web` with two ReplicaSets.
class Server final : public testing::ScriptedKube {
 public:
  Server() : ScriptedKube([](const KubeRequest& request) { return answer(request.path); }) {}
  std::optional<KubeResource> resource(std::string_view api_version, std::string_view kind) override {
    if (api_version == "apps/v1" && kind == "Deployment") return KubeResource{"/apis/apps/v1", "deployments"};
    if (api_version == "batch/v1beta1" && kind == "CronJob") return KubeResource{"/apis/batch/v1beta1", "cronjobs"};
    return std::nullopt;
  }

 private:
  static Json owned(const char* name, const char* by) {
    Json object = {{"metadata", {{"name", name}, {"uid", std::string("uid-") + name}}}};
    if (by != nullptr) object["metadata"]["ownerReferences"] = Json::array({{{"uid", std::string("uid-") + by}, {"name", by}}});
    return object;
  }
  static KubeReply answer(const std::string& path) {
    const auto list = [](Json items) { return KubeReply{200, print_json({{"items", std::move(items)}}), {}}; };
    if (path == "/apis/apps/v1/namespaces/shop/deployments/web") {
      Json object = owned("web", nullptr);
      object["spec"]["selector"]["matchLabels"]["app"] = "web";
      return {200, print_json(object), {}};
    }
    if (path.starts_with("/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app")) return list({owned("web-1", "web"), owned("web-2", "web"), owned("other-1", "other")});
    if (path.starts_with("/api/v1/namespaces/shop/pods?labelSelector=app")) return list({owned("a", "web-1"), owned("b", "web-2"), owned("c", "other-1"), owned("d", nullptr)});
    return {404, "{}", {}};
  }
};

}  // namespace

TEST_CASE("a type is found by its name in any case; an unknown one is refused with the known ones") {
  CHECK(kCatalog.find("deployment").kind == "Deployment");
  CHECK(kCatalog.find("CronJob").plural == "cronjobs");
  CHECK(kCatalog.of("apps/v2", "Deployment") != nullptr);  // the group decides, not the version
  CHECK(kCatalog.of("other/v1", "Deployment") == nullptr);
  try {
    kCatalog.find("pod");
    FAIL("a Pod is not a workload");
  } catch (const Error& error) {
    CHECK(error.code() == "unknown_workload_type");
    CHECK(print_json(error.args()).find("deployment") != std::string::npos);
  }
}

TEST_CASE("a kind is where the server has it, not its group") {
  Server server;
  CHECK(kCatalog.path(server, kCatalog.find("cronjob"), "shop") == "/apis/batch/v1beta1/namespaces/shop/cronjobs");
  testing::ScriptedKube without;
  CHECK(kCatalog.path(without, kCatalog.find("cronjob"), "shop") == std::nullopt);
}

TEST_CASE("a workload's Pods are those whose owners lead to it, whatever their labels") {
  Server server;
  std::string names;
  const auto add = [&](JsonView pod) { names += pod["metadata"]["name"].text(); };
  each_pod_of(server, kCatalog.find("deployment"), "shop", "web", add);
  CHECK(names == "ab");
  CHECK(testing::code_of([&] { each_pod_of(server, kCatalog.find("deployment"), "shop", "none", add); }) == "workload_not_found");
}
