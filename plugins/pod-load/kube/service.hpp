// Services and label selectors. Value types and free functions; any thread. Reading a list throws Error for invalid
// JSON.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "podload/json_view.hpp"

namespace podload::pod_load {

/// A port of a Service. EndpointSlices refer to it by `name` and `protocol`.
struct ServicePort {
  std::string name;  ///< Empty for a Service's only port without a name.
  std::string protocol = "TCP";
  std::string target_name;  ///< The container port's name in targetPort; empty if that is a number.
};

struct Service {
  std::string name;
  Labels selector;  ///< Empty for an ExternalName Service: it is a DNS alias and its selector routes nothing.
  std::vector<ServicePort> ports;  ///< Empty: a headless Service that only publishes addresses.
  bool publishes_not_ready = false;
  bool local_traffic = false;   ///< A traffic policy is Local, so a node's last endpoint matters.
  bool direct_access = false;   ///< On TKE, the load balancer sends directly to the Pods.
  std::optional<std::string> minimum;  ///< Annotation podload.io/minimum, not parsed.
};

Service read_service(JsonView object);
/// Reads a list from JSON.
std::vector<Service> read_services(const std::string& body);

/// Whether the selector selects those labels. An empty one selects nothing.
bool selects(const Labels& selector, const Labels& labels);

/// The label keys that a selector uses. It may be a LabelSelector (matchLabels, matchExpressions), a plain map, or a
/// text as in the scale subresource ("app=web,tier in (a,b),!canary").
std::set<std::string> selector_keys(JsonView selector);

/// Whether a LabelSelector selects those labels; an empty one selects everything.
bool label_selector_matches(JsonView selector, const Labels& labels);

/// The selector as a query's labelSelector, without the key `except`.
std::string as_query(const Labels& selector, std::string_view except = {});

}  // namespace podload::pod_load
