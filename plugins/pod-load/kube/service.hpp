// Services and label selectors. Value types and free functions; any thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "podload/json_view.hpp"

namespace podload::pod_load {

/// A port of a Service. EndpointSlices name it by `name` and `protocol`.
struct ServicePort {
  std::string name;  ///< Empty where the Service has one port without a name.
  std::string protocol = "TCP";
  std::string target_name;  ///< The container port's name where targetPort is one; empty for a number.
};

struct Service {
  std::string name;
  Labels selector;  ///< Empty for an ExternalName Service: it is a DNS alias, its selector routes nothing.
  std::vector<ServicePort> ports;  ///< None: a headless Service that only publishes addresses.
  bool publishes_not_ready = false;
  bool local_traffic = false;   ///< A traffic policy is Local: a node's last endpoint matters.
  bool direct_access = false;   ///< TKE sends the load balancer straight to the Pods.
  std::optional<std::string> minimum;  ///< Annotation podload.io/minimum, as it stands there.
};

Service read_service(JsonView object);
/// Reads the JSON of a list.
std::vector<Service> read_services(const std::string& body);

/// Whether the selector selects those labels. An empty one selects nothing.
bool selects(const Labels& selector, const Labels& labels);

/// The label keys that a selector looks at: a LabelSelector (matchLabels, matchExpressions), a plain map,
/// or a text as the scale subresource has it ("app=web,tier in (a,b),!canary").
std::set<std::string> selector_keys(JsonView selector);

/// Whether a LabelSelector selects those labels; an empty one selects everything.
bool label_selector_matches(JsonView selector, const Labels& labels);

/// A selector as the labelSelector of a query, without `except`.
std::string as_query(const Labels& selector, std::string_view except = {});

}  // namespace podload::pod_load
