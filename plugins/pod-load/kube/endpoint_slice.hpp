// EndpointSlices, of discovery.k8s.io v1 and v1beta1. They prove what a change of labels did; they
// trail it, so they do not guard. Value types and free functions; any thread.
#pragma once

#include <string>
#include <vector>

#include "kube/json_view.hpp"

namespace podload {

struct Endpoint {
  std::string uid;       ///< Of the Pod that it stands for (targetRef); empty for none.
  std::string node;
  std::vector<std::string> addresses;
  bool ready = true;     ///< A missing condition means ready.
  bool serving = true;   ///< Missing in older servers: then what ready says.
};

struct EndpointSlice {
  std::string name;
  std::string service;      ///< Label kubernetes.io/service-name.
  std::string managed_by;   ///< Label endpointslice.kubernetes.io/managed-by.
  std::vector<Endpoint> endpoints;

  const Endpoint* find(std::string_view uid) const;
  /// Whether Kubernetes' own controller fills it, which podload can verify.
  bool is_own() const;
};

EndpointSlice read_slice(JsonView object);

inline constexpr std::string_view kServiceNameLabel = "kubernetes.io/service-name";
inline constexpr std::string_view kManagedByLabel = "endpointslice.kubernetes.io/managed-by";
inline constexpr std::string_view kOwnManager = "endpointslice-controller.k8s.io";

}  // namespace podload
