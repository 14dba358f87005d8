// GET …/events: streams of what changes in a namespace or workload. Each place that somebody watches has an EventScope;
// those of one cluster are updated one after the other, soon after a feed of the cluster or podload itself reports a change.
//
// Owned by the plugin; any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "live/event_scope.hpp"
#include "live/views.hpp"
#include "podload/host.hpp"
#include "podload/request.hpp"
#include "podload/serial_work.hpp"
#include "record/journal.hpp"
#include "workloads/workload_catalog.hpp"

namespace podload::pod_load {

class PodEvents {
 public:
  PodEvents(Host& host, const WorkloadCatalog& catalog, Journal& journal);
  ~PodEvents();
  PodEvents(const PodEvents&) = delete;
  PodEvents& operator=(const PodEvents&) = delete;

  /// For Views: a feed of that cluster has reported. It may outlive this object and does not block.
  std::function<void(const std::string& cluster_id)> reporter() const;

  /// The handler. Throws Error (unknown_workload_type and what Views::of() throws).
  Stream open(Request& request, Views& views);

  /// For Journal: podload has begun, applied or settled an operation. Does not block.
  void changed(const PodOperation& operation);

  /// Updates what no report announces, and drops the places that nobody watches any more; a job calls it every few
  /// seconds.
  void look();

  /// Ends the threads; the streams end with the daemon.
  void stop() noexcept;

 private:
  class Clusters;

  const WorkloadCatalog& catalog_;
  SerialWork work_;
  const std::shared_ptr<Clusters> clusters_;
};

}  // namespace podload::pod_load
