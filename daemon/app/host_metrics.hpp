// What the daemon measures about itself and PostgreSQL for /metrics. read() runs in a job, show() on the thread that serves
// /metrics, which so never waits for the database.
#pragma once

#include <chrono>
#include <optional>

#include "plugin_host/delivery_store.hpp"
#include "podload/clock.hpp"
#include "podload/database.hpp"
#include "podload/metrics.hpp"
#include "podload/mutex.hpp"

namespace podload {

class HostMetrics {
 public:
  static constexpr std::chrono::milliseconds kInterval{5000};

  HostMetrics(Database& database, const Clock& clock) : database_(database), clock_(clock), started_(clock.now()) {}

  /// Asks the database. Does not throw if it is unavailable.
  void read();
  /// Shows what was read last. The database counts as unavailable if that is older than three intervals.
  void show(Metrics::Reading& reading) const;

 private:
  struct Known {
    bool up = false;  ///< It answered, and takes writes.
    std::optional<DeliveryStore::Summary> events;
    SteadyTime at;
  };

  Database& database_;
  const Clock& clock_;
  const SystemTime started_;
  mutable Mutex mutex_;
  Known known_ PODLOAD_GUARDED_BY(mutex_);
};

}  // namespace podload
