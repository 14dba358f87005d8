// Whether a Pod receives traffic, and from which Services: what the EndpointSlices say, not what its label promises. Value
// types and pure functions; any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "live/pod_table.hpp"
#include "live/route_tables.hpp"
#include "podload/cluster_directory.hpp"

namespace podload::pod_load {

using Selectors = std::map<std::string, Labels>;  ///< By Service.

/// What routes to the Pods of one namespace. A snapshot.
struct Routes {
  std::shared_ptr<const Selectors> selectors;
  std::unordered_map<std::string, std::vector<Name>> services;  ///< That list an endpoint, by uid or address.

  static std::shared_ptr<const Selectors> selectors_of(const ServiceTable::Services& services);
  static std::shared_ptr<const Routes> of(std::shared_ptr<const Selectors> selectors, const SliceTable::Slices& slices);
};

struct PodTraffic {
  enum class State {
    receiving,     ///< A Service routes to it.
    waiting,       ///< Ready and selected, but no slice lists it (yet).
    not_ready,     ///< Selected, but not Ready.
    no_service,    ///< No Service selects it.
    out,           ///< Its label says done, and no Service routes to it.
    still_routed,  ///< Its label says done, but a Service routes to it.
    ending         ///< It is being deleted.
  };
  struct Service {
    std::string_view name;
    bool routes = false;   ///< A slice lists the Pod as ready.
    bool selects = false;  ///< Its selector matches the Pod's labels.
  };
  State state = State::no_service;
  std::vector<Service> services;  ///< In the order of their names; they refer to the Routes.
};

PodTraffic traffic_of(const PodRecord& pod, const LoadLabel& label, const Routes& routes);
/// The name in the API: "still_routed".
std::string_view name_of(PodTraffic::State state);

}  // namespace podload::pod_load
