#include "object_yaml.hpp"
#include "podload/parse_json.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::objects;
using namespace nlohmann::literals;

namespace {
const Json kDeployment = parse_json(R"({"kind":"Deployment","metadata":{"name":"web","managedFields":[{"a":1}],
  "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{secret}","keep":"1"}},
  "spec":{"template":{"spec":{"containers":[{"name":"c","env":[{"name":"PASSWORD","value":"hunter2"},{"name":"FROM","valueFrom":{"fieldRef":{"fieldPath":"x"}}}]}],
  "initContainers":[{"env":[{"name":"P","value":"hunter3"}]}]}}}})");
}  // namespace

TEST_CASE("Users with write permission see an object without its bookkeeping") {
  bool hidden = true;
  const std::string text = print_json(shown_object(kDeployment, true, hidden));
  CHECK_FALSE(hidden);
  CHECK(text.find("managedFields") == std::string::npos);
  CHECK(text.find("last-applied") == std::string::npos);
  CHECK(text.find("keep") != std::string::npos);
  CHECK(text.find("hunter2") != std::string::npos);
}

TEST_CASE("Others see no value of an environment variable, at any place") {
  bool hidden = false;
  const Json shown = shown_object(kDeployment, false, hidden);
  CHECK(hidden);
  CHECK(print_json(shown).find("hunter") == std::string::npos);
  CHECK(print_json(shown).find("PASSWORD") != std::string::npos);
  CHECK(print_json(shown).find("fieldPath") != std::string::npos);
  shown_object(Json{{"kind", "Service"}}, false, hidden);
  CHECK_FALSE(hidden);
}

TEST_CASE("Annotations in which tools store the manifest are hidden from readers") {
  const std::string manifest = R"({"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"DB_PASSWORD","value":"canary5ecret"}]}]}}}})";
  const Json annotations = {{"kapp.k14s.io/original", manifest},
                            {"banzaicloud.com/last-applied", manifest},
                            {"objectset.rio.cattle.io/applied", "canary5ecret-gzip-base64-in-reality"},
                            {"example.com/any", manifest},
                            {"example.com/nested", R"({"a":[{"b":"{\"env\":[{\"name\":\"A\",\"value\":\"canary5ecret\"}]}"}]})"},
                            {"example.com/broken", R"({"env":[{"name":"A","value":"canary5ecret")"},
                            {"example.com/yaml", "env:\n- name: A\n  value: canary5ecret\n"},
                            {"example.com/long", std::string(1100, 'x') + "canary5ecret"},
                            {"example.com/packed", "H4sIAAAAAAAAA-canary5ecret"},
                            {"deployment.kubernetes.io/revision", "3"},
                            {"k8s.v1.cni.cncf.io/networks", R"([{"name":"net1"}])"},
                            {"note", "plain words"}};
  const Json object = {{"metadata", {{"name", "leaky"}, {"annotations", annotations}}},
                       {"spec", {{"template", {{"metadata", {{"annotations", annotations}}}, {"spec", {{"containers", {{{"env", {{{"name", "DB_PASSWORD"}, {"value", "canary5ecret"}}}}}}}}}}},
                                 {"extraEnv", {{{"name", "A"}, {"value", "canary5ecret"}}}},
                                 {"environment", {{"A", "canary5ecret"}}}}}};
  bool hidden = false;
  const Json shown = shown_object(object, false, hidden);
  CHECK(hidden);
  CHECK(print_json(shown).find("canary5ecret") == std::string::npos);
  CHECK(shown.at("/metadata/annotations"_json_pointer) ==
        Json{{"deployment.kubernetes.io/revision", "3"}, {"k8s.v1.cni.cncf.io/networks", R"([{"name":"net1"}])"}, {"note", "plain words"}});
  CHECK(shown.at("/spec/template/metadata/annotations"_json_pointer).size() == 3);
  CHECK(shown_object(object, true, hidden) == object);
  CHECK_FALSE(hidden);
}
