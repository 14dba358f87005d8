// Which Pods serve for a Service, how many must, and which few of them have to be read live to show
// that enough are left (daemon/docs/adr/0015). Pure functions of the facts; any thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "podload/cluster_directory.hpp"
#include "removal/facts.hpp"

namespace podload::pod_load {

/// The uids that stand in the Service's slices.
std::set<std::string> listed(const Traffic& traffic, const std::string& service);

/// Which Pods serve for a Service, by port of it: a slice that lacks a port takes nothing of what comes in there,
/// so a Pod can serve on one port and not on another.
class ServingPods {
 public:
  /// Whether Pods whose removal is under way are counted as gone.
  enum class Pending { gone, serving };

  /// A Pod serves on a port if it matches, is Ready by its own condition (or the Service publishes Pods that are
  /// not), is not ending, and has an endpoint in a slice that routes the port.
  ServingPods(const Traffic& traffic, const Service& service, Pending pending = Pending::gone);

  /// Whether it serves on any port.
  bool has(const std::string& uid) const;
  /// How many serve now, and how many would without that Pod: at the port where the fewest would be left of those on
  /// which it serves; where it serves on none, at the port where the fewest serve.
  struct Count {
    int before = 0, after = 0;
  };
  Count without(const std::string& uid) const;

  /// The uids by port; one set where the Service has no ports.
  const std::vector<std::set<std::string>>& by_port() const { return by_port_; }

 private:
  std::vector<std::set<std::string>> by_port_;
};

/// How many Pods must go on serving for the Service: what its annotation says, of all the Pods that
/// it would select if those that are out were put back; else the cluster's minimum. Nothing where
/// the annotation is neither a number nor a percentage.
std::optional<int> minimum_of(const Traffic& traffic, const Service& service, const Cluster& cluster);

/// How many of `total` Pods a minimum text ("2", "50%") asks for, percent rounded up; nothing where
/// it is neither.
std::optional<int> parse_minimum(const std::string& text, int total);

/// The Services whose match with the Pod's labels differs from that with `value` under `label`.
std::vector<const Service*> changed_services(const std::vector<Service>& services, const Labels& labels,
                                             const std::string& label, const std::string& value);

/// Whether a change of the Pod's label to `value` can be judged by some Pods of each Service that it
/// loses, rather than by all of them: no minimum among them is a share of all, or very many.
bool some_suffice(const Traffic& traffic, const Cluster& cluster, const std::string& value);

/// Names of Pods that show, if each of them serves, that every Service which the Pod loses keeps its
/// minimum without it; one more for each Service than it needs, where there is one. Nothing where
/// too few of traffic.pods serve to show that.
std::optional<std::set<std::string>> witnesses(const Traffic& traffic, const Cluster& cluster, const std::string& value);

}  // namespace podload::pod_load
