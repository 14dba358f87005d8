#include "kube/service.hpp"

#include <catch2/catch.hpp>

using namespace podload;
using namespace podload::pod_load;

namespace {

std::set<std::string> keys(const std::string& json) { return selector_keys(JsonDocument(json).root()); }

}  // namespace

TEST_CASE("selector_keys reads every form of a selector") {
  CHECK(keys(R"({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "load", "operator": "Exists"}]})") == std::set<std::string>{"app", "load"});
  CHECK(keys(R"({"app": "web", "load": "online"})") == std::set<std::string>{"app", "load"});
  CHECK(keys(R"("app=web,load==online")") == std::set<std::string>{"app", "load"});
  CHECK(keys(R"("tier in (a, load), !load ,x notin (b),y, z!=1,n>2")") == std::set<std::string>{"tier", "load", "x", "y", "z", "n"});
  CHECK(keys(R"("")").empty());
  CHECK(keys("null").empty());
}

TEST_CASE("the selector of an ExternalName Service is ignored") {
  CHECK(read_service(JsonDocument(R"({"spec": {"type": "ExternalName", "selector": {"app": "web"}}})").root()).selector.empty());
  CHECK(read_service(JsonDocument(R"({"spec": {"type": "ClusterIP", "selector": {"app": "web"}}})").root()).selector.size() == 1);
}

TEST_CASE("a Service port has a protocol and, if targetPort is a name, a target name") {
  const Service service = read_service(JsonDocument(R"({"spec": {"ports": [{"port": 80, "targetPort": "http"}, {"name": "dns", "protocol": "UDP", "port": 53, "targetPort": 53}]}})").root());
  REQUIRE(service.ports.size() == 2);
  CHECK(service.ports[0].protocol == "TCP");
  CHECK(service.ports[0].target_name == "http");
  CHECK(service.ports[1].protocol == "UDP");
  CHECK(service.ports[1].target_name.empty());
}
