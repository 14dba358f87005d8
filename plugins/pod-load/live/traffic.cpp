#include "live/traffic.hpp"

#include <algorithm>

namespace podload::pod_load {
namespace {

bool selects(const Labels& selector, const PodRecord& pod) {
  return std::all_of(selector.begin(), selector.end(), [&](const auto& wanted) {
    const std::string* value = pod.label(wanted.first);
    return value != nullptr && *value == wanted.second;
  });
}

}  // namespace

std::shared_ptr<const Selectors> Routes::selectors_of(const ServiceTable::Services& services) {
  auto selectors = std::make_shared<Selectors>();
  for (const auto& [name, service] : services) selectors->emplace(name, service.selector);
  return selectors;
}

std::shared_ptr<const Routes> Routes::of(std::shared_ptr<const Selectors> selectors, const SliceTable::Slices& slices) {
  auto routes = std::make_shared<Routes>();
  routes->selectors = std::move(selectors);
  for (const auto& [name, slice] : slices) {
    for (const Name& endpoint : slice.endpoints) {
      std::vector<Name>& listed = routes->services[*endpoint];
      if (std::find(listed.begin(), listed.end(), slice.service) == listed.end()) listed.push_back(slice.service);
    }
  }
  return routes;
}

PodTraffic traffic_of(const PodRecord& pod, const LoadLabel& label, const Routes& routes) {
  std::map<std::string_view, PodTraffic::Service> services;
  const auto service = [&](std::string_view name) -> PodTraffic::Service& {
    PodTraffic::Service& found = services[name];
    found.name = name;
    return found;
  };
  bool routed = false, selected = false;
  for (const std::string* key : {&pod.uid, &pod.pod_ip}) {
    if (key->empty()) continue;
    const auto listed = routes.services.find(*key);
    if (listed == routes.services.end()) continue;
    routed = true;
    for (const Name& name : listed->second) service(*name).routes = true;
  }
  for (const auto& [name, selector] : *routes.selectors) {
    if (!selects(selector, pod)) continue;
    selected = true;
    service(name).selects = true;
  }
  PodTraffic traffic;
  for (const auto& [name, found] : services) traffic.services.push_back(found);
  const std::string* load = pod.label(label.name);
  const bool is_done = load != nullptr && *load == label.done;
  using State = PodTraffic::State;
  if (pod.ending)
    traffic.state = State::ending;
  else if (is_done)
    traffic.state = routed ? State::still_routed : State::out;
  else if (routed)
    traffic.state = State::receiving;
  else if (!selected)
    traffic.state = State::no_service;
  else
    traffic.state = pod.ready ? State::waiting : State::not_ready;
  return traffic;
}

std::string_view name_of(PodTraffic::State state) {
  switch (state) {
    case PodTraffic::State::receiving: return "receiving";
    case PodTraffic::State::waiting: return "waiting";
    case PodTraffic::State::not_ready: return "not_ready";
    case PodTraffic::State::no_service: return "no_service";
    case PodTraffic::State::out: return "out";
    case PodTraffic::State::still_routed: return "still_routed";
    case PodTraffic::State::ending: return "ending";
  }
  return "no_service";
}

}  // namespace podload::pod_load
