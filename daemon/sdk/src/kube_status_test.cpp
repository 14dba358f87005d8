#include <catch2/catch.hpp>

#include "podload/error.hpp"
#include "podload/json.hpp"
#include "podload/kube_client.hpp"
#include "podload/text.hpp"

using namespace podload;

namespace {

const std::string kCanary = "canary5ecret";

KubeReply reply(int status, const Json& body) { return {status, print_json(body), {}}; }

bool mentions_canary(const KubeStatus& status) {
  bool found = status.message.find(kCanary) != std::string::npos;
  for (const auto& cause : status.causes) found = found || cause.message.find(kCanary) != std::string::npos;
  return found;
}

}  // namespace

TEST_CASE("A webhook that changes a Pod's spec: the cause is kept, the diff of the spec is not") {
  const std::string first = "Forbidden: pod updates may not change fields other than `spec.containers[*].image` or `spec.tolerations`";
  const std::string diff = "\n  core.PodSpec{\n  \tVolumes: nil,\n  \tContainers: []core.Container{\n  \t\t{\n- \t\t\tEnv: []core.EnvVar{{Name: \"DB_PASSWORD\", Value: \"" +
                           kCanary + "\"}},\n+ \t\t\tEnv: nil,\n";
  const KubeStatus status = status_of(reply(
      422, {{"kind", "Status"},
            {"reason", "Invalid"},
            {"message", "Pod \"web-1\" is invalid: spec: " + first + diff},
            {"details", {{"causes", {{{"reason", "FieldValueForbidden"}, {"message", first + diff}, {"field", "spec"}}}}}}}));
  CHECK(status.reason == "Invalid");
  CHECK(status.message == "Pod \"web-1\" is invalid: spec: " + first);
  REQUIRE(status.causes.size() == 1);
  CHECK(status.causes[0].field == "spec");
  CHECK(status.causes[0].reason == "FieldValueForbidden");
  CHECK(status.causes[0].message == first);
  CHECK_FALSE(mentions_canary(status));
}

TEST_CASE("Objects printed into a text are left out of it") {
  for (const std::string& text : {
           "spec.template: Invalid value: core.PodTemplateSpec{Env:\"" + kCanary + "\"}: field is immutable",
           "spec.template: Invalid value: []core.EnvVar{core.EnvVar{Value:\"}" + kCanary + "\"}}: field is immutable",
           "spec: Invalid value: {\"containers\":[{\"env\":[{\"value\":\"" + kCanary + "\"}]}]}: field is immutable",
           "spec: Invalid value: &v1.Pod{" + kCanary,  // cut off
           "spec.containers[0].env[1].value: Invalid value: \"" + kCanary + "\": must be short",
           "data[key]: Invalid value: \"a\\\"" + kCanary + "\": must be short",
           "denied\n  {\"env\": [\"" + kCanary + "\"]}",
           "differs:\n+  value: " + kCanary,
           "differs:\n-\xC2\xA0 value: " + kCanary,
       }) {
    INFO(text);
    CHECK_FALSE(mentions_canary(status_of(reply(422, {{"message", text}}))));
  }
  CHECK(cluster_text("spec: Invalid value: v1.X{A:1}: field is immutable") == "spec: Invalid value: v1.X{\u2026}: field is immutable");
  CHECK(cluster_text("spec.containers[0].image: Invalid value: \" x\": no spaces") == "spec.containers[0].image: Invalid value: \" x\": no spaces");
}

TEST_CASE("A webhook's own text is kept, in one line, cleaned and shortened") {
  CHECK(cluster_text("denied by:\n\nrequire-labels:\n  check: label team is needed\n") == "denied by:  require-labels:   check: label team is needed");
  CHECK(cluster_text("rule {one} says - no") == "rule {one} says - no");
  CHECK(cluster_text(std::string("a\0b", 3)) == "a\uFFFDb");
  CHECK(cluster_text("a\u202Eb") == "a\uFFFDb");
  CHECK(code_points(status_of(reply(403, {{"message", std::string(200'000, 'x')}})).message) == 501);
}

TEST_CASE("A reply that is not a Status") {
  CHECK(status_of({502, "<html>Bad Gateway</html>", {}}).message == "<html>Bad Gateway</html>");
  CHECK(status_of({502, "", {}}).message.empty());
  CHECK(status_of({500, "{\"message\": \"" + kCanary, {}}).message == "\u2026");
  CHECK(status_of({500, std::string(200, '[') + kCanary, {}}).reason.empty());
  CHECK(status_of({500, R"({"message": 7, "reason": [], "details": {"causes": {}}})", {}}).message.empty());
  Json many = Json::array();
  for (int i = 0; i < 100; ++i) many.push_back({{"field", "f"}});
  CHECK(status_of(reply(422, {{"details", {{"causes", many}}}})).causes.size() == 16);
}

TEST_CASE("body_of passes on cleaned texts") {
  try {
    body_of(reply(422, {{"message", "spec: no\n  core.PodSpec{" + kCanary}}), "patch pods");
    FAIL("taken");
  } catch (const Error& error) {
    CHECK(error.code() == "kube_error");
    CHECK(error.args().at("message") == "spec: no");
  }
}
