// How far the seals are behind the log, for /metrics. read() runs in a job, show() on the thread that serves /metrics, which so
// never waits for the database. Owned by the plugin.
#pragma once

#include <chrono>
#include <optional>

#include "chain/chain_store.hpp"
#include "podload/clock.hpp"
#include "podload/metrics.hpp"
#include "podload/mutex.hpp"

namespace podload::audit {

class SealLag {
 public:
  static constexpr std::chrono::milliseconds kInterval{5000};

  SealLag(Database& database, const ChainStore& store, const Clock& clock)
      : database_(database), store_(store), clock_(clock) {}

  /// Throws what Database throws; then nothing is shown.
  void read();
  /// Shows what was read last, unless that is older than three intervals.
  void show(Metrics::Reading& reading) const;

 private:
  struct Known {
    WaitingRows waiting;
    SteadyTime at;
  };

  Database& database_;
  const ChainStore& store_;
  const Clock& clock_;
  mutable Mutex mutex_;
  std::optional<Known> known_ PODLOAD_GUARDED_BY(mutex_);
};

}  // namespace podload::audit
