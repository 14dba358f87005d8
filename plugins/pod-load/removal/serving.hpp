// Which Pods serve for a Service, how many must, and which ones are read live to prove that enough remain
// (daemon/docs/adr/0015). Value types and pure functions of the facts; any thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "podload/cluster_directory.hpp"
#include "removal/facts.hpp"

namespace podload::pod_load {

/// The uids that the Service's slices list.
std::set<std::string> listed(const Traffic& traffic, const std::string& service);

/// Which Pods serve for a Service, per port: a slice without a port gets no traffic from it, so a Pod can serve on one
/// port and not on another.
class ServingPods {
 public:
  /// How Pods with a pending removal count.
  enum class Pending { gone, serving };

  /// A Pod serves on a port if the Service selects it, its Ready condition is true (or the Service publishes Pods that
  /// are not ready), it is not being deleted, and a slice that routes the port lists it.
  ServingPods(const Traffic& traffic, const Service& service, Pending pending = Pending::gone);

  /// Whether the Pod serves on any port.
  bool has(const std::string& uid) const;
  /// How many Pods serve now, and how many would without that Pod: at the port with the fewest, among those on which it
  /// serves; if it serves on none, among all.
  struct Count {
    int before = 0, after = 0;
  };
  Count without(const std::string& uid) const;

  /// The uids per port; one set if the Service has no ports.
  const std::vector<std::set<std::string>>& by_port() const { return by_port_; }

 private:
  std::vector<std::set<std::string>> by_port_;
};

/// How many Pods must keep serving for the Service: the value of its annotation (a percentage is of all Pods that it
/// would select if the removed ones were restored), else the cluster's minimum. Empty if the annotation is neither a
/// number nor a percentage.
std::optional<int> minimum_of(const Traffic& traffic, const Service& service, const Cluster& cluster);

/// The minimum in `text` ("2", "50%"), a percentage of `total` rounded up; empty if it is neither.
std::optional<int> parse_minimum(const std::string& text, int total);

/// The Services whose match with the Pod's labels changes if `label` is set to `value`.
std::vector<const Service*> changed_services(const std::vector<Service>& services, const Labels& labels,
                                             const std::string& label, const std::string& value);

/// Whether it is enough to read some Pods of each Service that the Pod loses with `value`, rather than all: no minimum
/// among them is a percentage or very large.
bool some_suffice(const Traffic& traffic, const Cluster& cluster, const std::string& value);

/// Names of Pods whose readiness, confirmed live, proves that each lost Service keeps its minimum (plus one spare per
/// port if available). Empty optional: too few of traffic.pods serve.
std::optional<std::set<std::string>> witnesses(const Traffic& traffic, const Cluster& cluster, const std::string& value);

}  // namespace podload::pod_load
