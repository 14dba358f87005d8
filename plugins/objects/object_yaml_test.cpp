#include "object_yaml.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::objects;

namespace {
const Json kDeployment = parse_json(R"({"kind":"Deployment","metadata":{"name":"web","managedFields":[{"a":1}],
  "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{secret}","keep":"1"}},
  "spec":{"template":{"spec":{"containers":[{"name":"c","env":[{"name":"PASSWORD","value":"hunter2"},{"name":"FROM","valueFrom":{"fieldRef":{"fieldPath":"x"}}}]}],
  "initContainers":[{"env":[{"name":"P","value":"hunter3"}]}]}}}})");
}  // namespace

TEST_CASE("Who may write sees an object without its bookkeeping") {
  bool hidden = true;
  const std::string text = print_json(shown_object(kDeployment, true, hidden));
  CHECK_FALSE(hidden);
  CHECK(text.find("managedFields") == std::string::npos);
  CHECK(text.find("last-applied") == std::string::npos);
  CHECK(text.find("keep") != std::string::npos);
  CHECK(text.find("hunter2") != std::string::npos);
}

TEST_CASE("Others see no value of an environment variable, wherever it stands") {
  bool hidden = false;
  const Json shown = shown_object(kDeployment, false, hidden);
  CHECK(hidden);
  CHECK(print_json(shown).find("hunter") == std::string::npos);
  CHECK(print_json(shown).find("PASSWORD") != std::string::npos);
  CHECK(print_json(shown).find("fieldPath") != std::string::npos);
  shown_object(Json{{"kind", "Service"}}, false, hidden);
  CHECK_FALSE(hidden);
}
