#include "rbac.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <sstream>
#include <utility>

using namespace podload;
using namespace podload::cluster;

namespace {

const std::vector<Json> kRights{
    {{"plugin", "pod-load"}, {"resource", "pods"}, {"verbs", {"get", "list", "watch", "patch"}}, {"for", "the change"}},
    {{"plugin", "pod-load"}, {"resource", "nodes"}, {"verbs", {"list"}}, {"for", "addresses"}},
    {{"plugin", "pod-load"},
     {"group", "apps"},
     {"resource", "deployments"},
     {"verbs", {"get", "list"}},
     {"for", "owners"}},
    {{"plugin", "objects"}, {"resource", "services"}, {"verbs", {"list", "get"}}, {"optional", true}, {"for", "lists"}},
    {{"plugin", "objects"}, {"resource", "nodes"}, {"verbs", {"get"}}, {"optional", true}, {"for", "a warning"}},
};
/// Of a plugin that is not part of this repository.
const Json kStranger = {
    {"plugin", "quotas"}, {"resource", "resourcequotas"}, {"verbs", {"list"}}, {"for", "the page of quotas"}};

/// A comment and an object of the manifest. JSON is YAML.
struct Document {
  std::string comment;
  Json object;
};

std::map<std::string, Document> printed(const std::vector<Json>& rights, const std::vector<Json>& types,
                                        const Identity& identity = {}) {
  const std::string text = rbac_manifest(rbac_input(rights, types, {}, identity),
                                         [](const Json& value) { return print_json(value) + "\n"; });
  std::map<std::string, Document> documents;
  std::istringstream lines(text);
  std::string comment;
  for (std::string line; std::getline(lines, line);) {
    if (line == "---") continue;
    if (line.starts_with("#")) {
      comment += line + "\n";
      continue;
    }
    const Json object = Json::parse(line);
    documents[text_member(object, "kind") + " " + text_member(object.at("metadata"), "name")] = {
        std::exchange(comment, {}), object};
  }
  return documents;
}

Json rule(const char* group, const Json& resources, const Json& verbs) {
  return {{"apiGroups", {group}}, {"resources", resources}, {"verbs", verbs}};
}

}  // namespace

TEST_CASE("the role has the rights of all rows, whatever the order of plugins and verbs") {
  const Json rules = {rule("", {"pods"}, {"get", "list", "patch", "watch"}),
                      rule("", {"nodes", "services"}, {"get", "list"}), rule("apps", {"deployments"}, {"get", "list"})};
  for (const auto& rights : {kRights, std::vector<Json>(kRights.rbegin(), kRights.rend())}) {
    Json role = printed(rights, {}).at("ClusterRole podload").object;
    CHECK(role.at("rules").size() == rules.size());
    for (const Json& each : rules) CHECK(std::count(role["rules"].begin(), role["rules"].end(), each) == 1);
  }
}

TEST_CASE("the row of any plugin appears in the role, with its purpose") {
  std::vector<Json> rights = kRights;
  rights.push_back(kStranger);
  const Document role = printed(rights, {}).at("ClusterRole podload");
  const Json& rules = role.object.at("rules");
  CHECK(std::find(rules.begin(), rules.end(), rule("", {"resourcequotas"}, {"list"})) != rules.end());
  CHECK(role.comment.find("#   list resourcequotas: the page of quotas (quotas)\n") != std::string::npos);
  CHECK(role.comment.find("#   get nodes (optional): a warning (objects)\n") != std::string::npos);
  CHECK(role.comment.find("Secrets are omitted") != std::string::npos);
  rights.push_back({{"plugin", "quotas"}, {"resource", "secrets"}, {"verbs", {"get"}}, {"for", "licences"}});
  CHECK(printed(rights, {}).at("ClusterRole podload").comment.find("Secrets are omitted") == std::string::npos);
}

TEST_CASE("workload types add their kinds to the role, and their labels to the policy") {
  const Json fleet = {{"plugin", "fleets"},
                      {"kind", "Fleet"},
                      {"group", "fleets.example.com"},
                      {"versions", {"v1"}},
                      {"plural", "fleets"},
                      {"through", {{{"group", "apps"}, {"versions", {"v1"}}, {"plural", "deployments"}}}},
                      {"unavailable_label", "fleets.example.com/out"}};
  auto documents = printed(kRights, {fleet});
  const Document role = documents.at("ClusterRole podload");
  const Json& rules = role.object.at("rules");
  CHECK(std::find(rules.begin(), rules.end(), rule("fleets.example.com", {"fleets"}, {"get", "list", "watch"})) !=
        rules.end());
  CHECK(role.comment.find(
            "#   get list fleets.fleets.example.com: the workload type fleet.fleets.example.com (fleets)\n") !=
        std::string::npos);
  CHECK(role.comment.find(
            "#   watch fleets.fleets.example.com (optional): lists of fleet.fleets.example.com from memory (fleets)\n") !=
        std::string::npos);
  CHECK(role.comment.find("deployments.apps: the workload type") == std::string::npos);  // a row has it already
  CHECK(documents.at("ValidatingAdmissionPolicy podload").object.dump().find("k == 'fleets.example.com/out'") !=
        std::string::npos);
}

TEST_CASE("impersonated users get the right to patch Pods") {
  auto documents = printed(kRights, {}, {Identity::Mode::fixed, {"podload-person"}});
  CHECK(documents.at("ClusterRole podload-acts").object.at("rules") == Json::array({rule("", {"pods"}, {"patch"})}));
  CHECK(documents.contains("ClusterRole podload-impersonates"));
}
