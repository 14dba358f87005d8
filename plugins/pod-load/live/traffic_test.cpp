#include "live/traffic.hpp"

#include <catch2/catch.hpp>

#include "podload/json.hpp"

using namespace podload;
using namespace podload::pod_load;

namespace {

/// A namespace with the Pod `p` (uid "u", address 10.1.0.1) whose label is `load`, and the Service `web` that selects
/// load=online.
struct Fixture {
  void service(const std::string& name, const Json& spec) {
    put(services, {{"metadata", {{"name", name}, {"namespace", "shop"}}}, {"spec", spec}});
  }
  void slice(const std::string& name, const std::string& service, const Json& endpoint) {
    put(slices, {{"metadata", {{"name", name}, {"namespace", "shop"}, {"labels", {{kServiceLabel, service}}}}},
                 {"endpoints", Json::array({endpoint})}});
  }
  template <class Table>
  static void put(Table& table, const Json& object) {
    table.put(JsonDocument(print_json(object)).root());
  }
  PodTraffic traffic() {
    put(pods, {{"metadata", metadata},
               {"status",
                {{"podIP", "10.1.0.1"}, {"conditions", {{{"type", "Ready"}, {"status", ready ? "True" : "False"}}}}}}});
    routes = Routes::of(Routes::selectors_of(services.of("shop")), slices.of("shop"));
    return traffic_of(pods.of("shop").at("p"), {}, *routes);
  }
  /// "receiving web:routes,selects old:routes"
  std::string told() {
    const PodTraffic found = traffic();
    std::string text(name_of(found.state));
    for (const auto& service : found.services)
      text += " " + std::string(service.name) + ":" + (service.routes ? "routes" : "") +
              (service.routes && service.selects ? "," : "") + (service.selects ? "selects" : "");
    return text;
  }

  static constexpr const char* kServiceLabel = "kubernetes.io/service-name";
  Json metadata = {{"name", "p"}, {"namespace", "shop"}, {"uid", "u"}, {"labels", {{"load", "online"}}}};
  bool ready = true;
  std::shared_ptr<Names> names = std::make_shared<Names>();
  PodTable pods{names};
  ServiceTable services;
  SliceTable slices{names};
  std::shared_ptr<const Routes> routes;
};

const Json kOnline = {{"selector", {{"load", "online"}}}};
const Json kReady = {{"targetRef", {{"uid", "u"}}}, {"addresses", {"10.1.0.1"}}, {"conditions", {{"ready", true}}}};

}  // namespace

TEST_CASE("A Pod receives traffic if a slice lists it as ready, whatever its label says") {
  Fixture f;
  f.service("web", kOnline);
  CHECK(f.told() == "waiting web:selects");
  f.slice("web-1", "web", kReady);
  CHECK(f.told() == "receiving web:routes,selects");
  f.metadata["labels"]["load"] = "done";
  CHECK(f.told() == "still_routed web:routes");
  f.slice("web-1", "web", {{"targetRef", {{"uid", "other"}}}, {"addresses", {"10.1.0.2"}}});
  CHECK(f.told() == "out");
}

TEST_CASE("An endpoint that is not ready receives nothing") {
  Fixture f;
  f.service("web", kOnline);
  Json endpoint = kReady;
  endpoint["conditions"]["ready"] = false;
  f.slice("web-1", "web", endpoint);
  f.ready = false;
  CHECK(f.told() == "not_ready web:selects");
}

TEST_CASE("Endpoints that somebody manages by hand count by their address") {
  Fixture f;
  f.metadata["labels"]["load"] = "done";
  f.slice("by-hand", "old", {{"addresses", {"10.1.0.1"}}});
  CHECK(f.told() == "still_routed old:routes");
}

TEST_CASE("A slice without a Service routes nothing, a Service without a selector selects nothing") {
  Fixture f;
  f.service("none", Json::object());
  f.service("alias", {{"type", "ExternalName"}, {"selector", {{"load", "online"}}}});
  f.slice("loose", "", kReady);
  CHECK(f.told() == "no_service");
}

TEST_CASE("A Pod that is being deleted is ending, and still says what routes to it") {
  Fixture f;
  f.service("web", kOnline);
  f.slice("web-1", "web", kReady);
  f.metadata["deletionTimestamp"] = "2026-11-22T07:04:05Z";
  CHECK(f.told() == "ending web:routes,selects");
}

TEST_CASE("Selectors and slices that are gone route nothing") {
  Fixture f;
  f.service("web", kOnline);
  f.slice("web-1", "web", kReady);
  f.slices.begin();
  f.slices.end();
  CHECK(f.told() == "waiting web:selects");
  f.service("web", Json::object());  // its selector was taken away
  CHECK(f.told() == "no_service");
}
