// EndpointSlices (discovery.k8s.io v1 and v1beta1). They prove the effect of a label change, but lag behind it, so they
// do not guard. Value types and free functions; any thread. Reading a list throws Error for invalid JSON.
#pragma once

#include <string>
#include <vector>

#include "kube/service.hpp"
#include "podload/json_view.hpp"

namespace podload::pod_load {

struct Endpoint {
  std::string uid;       ///< Of the Pod in targetRef; empty if there is none.
  std::string node;
  std::vector<std::string> addresses;
  bool ready = true;     ///< A missing condition means ready.
  bool serving = true;   ///< Older servers do not set it; then the value of `ready`.
};

/// A port with a number; kube-proxy ignores ports without one.
struct SlicePort {
  std::string name;
  std::string protocol = "TCP";
};

struct EndpointSlice {
  std::string name;
  std::string service;      ///< Label kubernetes.io/service-name.
  std::string managed_by;   ///< Label endpointslice.kubernetes.io/managed-by.
  std::vector<SlicePort> ports;
  std::vector<Endpoint> endpoints;

  const Endpoint* find(std::string_view uid) const;
  /// Whether an endpoint is that Pod, by uid or by address (manually created endpoints have no uid).
  bool lists(std::string_view uid, std::string_view address) const;
  /// Whether Kubernetes' EndpointSlice controller manages it. podload can verify only such slices.
  bool is_own() const;
};

EndpointSlice read_slice(JsonView object);

struct SliceList {
  std::vector<EndpointSlice> slices;
  std::string version;  ///< resourceVersion of the list; a watch starts here.
};
/// Reads a list from JSON.
SliceList read_slices(const std::string& body);

/// Whether kube-proxy routes traffic for that port of the Service to the slice's endpoints.
bool routes(const EndpointSlice& slice, const ServicePort& port);
/// Whether it does so for any port; a Service without ports publishes every endpoint.
bool routes(const EndpointSlice& slice, const Service& service);

inline constexpr std::string_view kServiceNameLabel = "kubernetes.io/service-name";
inline constexpr std::string_view kManagedByLabel = "endpointslice.kubernetes.io/managed-by";
inline constexpr std::string_view kOwnManager = "endpointslice-controller.k8s.io";

}  // namespace podload::pod_load
