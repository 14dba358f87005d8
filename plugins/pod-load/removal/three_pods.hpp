// Facts for tests: the Pods a, b and c serve for the Service "web", and a is to be removed. Free functions.
#pragma once

#include <string>
#include <utility>

#include "removal/facts.hpp"

namespace podload::pod_load::testing {

inline Pod pod_named(const std::string& name, const std::string& load = "online", bool ready = true) {
  Pod pod;
  pod.name = name;
  pod.uid = "uid-" + name;
  pod.phase = pod.status = "Running";
  pod.ready = ready;
  pod.node = "node-1";
  pod.pod_ip = "10.0.0." + std::to_string(name.back() - 'a' + 1);
  pod.labels = {{"app", "web"}, {"load", load}};
  return pod;
}

inline Service service_named(const std::string& name, Labels selector) {
  Service service;
  service.name = name;
  service.selector = std::move(selector);
  return service;
}

inline Facts three_pods() {
  Facts facts;
  facts.pods = {pod_named("a"), pod_named("b"), pod_named("c")};
  facts.pod = facts.pods[0];
  facts.services = {service_named("web", {{"app", "web"}, {"load", "online"}})};
  EndpointSlice slice;
  slice.name = "web-1";
  slice.service = "web";
  slice.managed_by = "endpointslice-controller.k8s.io";
  for (const Pod& pod : facts.pods) slice.endpoints.push_back({pod.uid, pod.node, {pod.pod_ip}, true, true});
  facts.slices = {slice};
  facts.owners = {Owner{.kind = "ReplicaSet", .name = "web-1", .nearest = true, .selector_keys = {"app"}}};
  return facts;
}

}  // namespace podload::pod_load::testing
