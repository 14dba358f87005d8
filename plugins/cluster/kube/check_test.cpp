#include "kube/check.hpp"

#include "kube/client_testing.hpp"
#include "podload/json.hpp"
#include "podload/parse_json.hpp"

using namespace podload;
using namespace podload::cluster;
using namespace podload::cluster::testing;

namespace {

const std::vector<Right> kNeeded = needed_rights(rights_rows({
    {{"plugin", "pod-load"}, {"resource", "pods"}, {"verbs", {"get", "patch"}}, {"for", "x"}},
    {{"plugin", "pod-load"},
     {"group", "discovery.k8s.io"},
     {"resource", "endpointslices"},
     {"verbs", {"list", "watch"}},
     {"for", "x"}},
    {{"plugin", "pod-load"},
     {"group", "batch"},
     {"resource", "jobs"},
     {"verbs", {"list"}},
     {"optional", true},
     {"for", "x"}},
    {{"plugin", "logs"}, {"resource", "pods/log"}, {"verbs", {"get"}}, {"for", "x"}},
    {{"plugin", "logs"}, {"resource", "pods"}, {"verbs", {"get"}}, {"for", "x"}},
}));

}  // namespace

TEST_CASE("the needed rights are those of the rows that are not optional, each once") {
  CHECK(kNeeded == std::vector<Right>{{"get", "", "pods"},
                                      {"patch", "", "pods"},
                                      {"list", "discovery.k8s.io", "endpointslices"},
                                      {"watch", "discovery.k8s.io", "endpointslices"},
                                      {"get", "", "pods/log"}});
}

TEST_CASE("checking a cluster: version and rights") {
  std::atomic<bool> knows_us = true;
  std::atomic<const char*> version = "v1.20.2", denied = "";
  Fixture f([&](const SeenRequest& seen, Responder& answer) {
    if (!knows_us) return answer.reply(401, R"({"message":"Unauthorized"})");
    if (seen.target == "/base/version") return answer.reply(200, R"({"gitVersion":")" + std::string(version) + "\"}");
    const Json attributes = parse_json(seen.body).at("spec").at("resourceAttributes");
    const std::string subresource = text_member(attributes, "subresource");
    const std::string right = text_member(attributes, "verb") + " " + text_member(attributes, "resource") +
                              (subresource.empty() ? "" : " " + subresource);
    answer.reply(201, print_json({{"status", {{"allowed", std::string_view(denied).find(right) == std::string_view::npos}}}}));
  });
  CHECK(try_cluster(f.client, kNeeded) == "v1.20.2");
  denied = "patch pods, watch endpointslices";
  try {
    try_cluster(f.client, kNeeded);
    FAIL("taken");
  } catch (const Error& error) {
    CHECK(error.code() == "cluster_rights");
    CHECK(error.args().at("rights") == "patch pods, watch endpointslices.discovery.k8s.io");
    CHECK(error.details().at("missing").size() == 2);
  }
  denied = "list jobs";  // optional
  CHECK(try_cluster(f.client, kNeeded) == "v1.20.2");
  denied = "get pods log";  // a subresource
  CHECK(code_of([&] { try_cluster(f.client, kNeeded); }) == "cluster_rights");
  denied = "";
  version = "v1.19.7+k3s1";
  CHECK(code_of([&] { try_cluster(f.client, kNeeded); }) == "try_too_old");
  version = "v1.20 evil";
  CHECK(code_of([&] { try_cluster(f.client, kNeeded); }) == "try_not_kubernetes");
  version = "nginx";
  CHECK(code_of([&] { try_cluster(f.client, kNeeded); }) == "try_not_kubernetes");
  knows_us = false;
  CHECK(code_of([&] { try_cluster(f.client, kNeeded); }) == "try_sign_in");
}

TEST_CASE("checking a faulty cluster: the step, the server's message, and up to two retries") {
  struct Case {
    const char* target;
    int status;
    const char* code;
    const char* step;
  };
  std::atomic<const Case*> now{};
  std::atomic<int> times = 0;
  Fixture f([&](const SeenRequest& seen, Responder& answer) {
    const Case& one = *now.load();
    if (seen.target.ends_with(one.target) && times-- > 0) return answer.reply(one.status, R"({"kind":"Status","message":"in its own words"})", "Retry-After: 0\r\n");
    if (seen.target == "/base/version") return answer.reply(200, R"({"gitVersion":"v1.31.14"})");
    answer.reply(201, R"({"status":{"allowed":true}})");
  });
  const Case cases[] = {{"/version", 503, "try_answer", "/version"},
                        {"/version", 500, "try_answer", "/version"},
                        {"/version", 429, "try_overloaded", "/version"},
                        {"/version", 403, "try_version_forbidden", "/version"},
                        {"/version", 401, "try_sign_in", "/version"},
                        {"/version", 404, "try_not_kubernetes", "/version"},
                        {"reviews", 429, "try_overloaded", "selfsubjectaccessreviews"},
                        {"reviews", 500, "try_answer", "selfsubjectaccessreviews"},
                        {"reviews", 403, "try_reviews_forbidden", "selfsubjectaccessreviews"}};
  for (const Case& one : cases) {
    INFO(one.target << " " << one.status);
    now = &one;
    times = 1000;
    try {
      try_cluster(f.client, kNeeded);
      FAIL("taken");
    } catch (const Error& error) {
      CHECK(error.code() == one.code);
      CHECK(error.args().at("step") == one.step);
      CHECK(error.args().at("why") == "in its own words");
      CHECK(error.args().at("status") == one.status);
    }
    times = 1;
    CHECK(code_of([&] { try_cluster(f.client, kNeeded); }) ==
          (one.status == 429 || one.status >= 500 ? std::string() : one.code));
  }
}
