#include "chain/seal_lag.hpp"

namespace podload::audit {

void SealLag::read() {
  {
    const MutexLock lock(mutex_);
    known_.reset();
  }
  const WaitingRows waiting = database_.transact([&](Transaction& tx) { return store_.waiting_rows(tx); });
  const MutexLock lock(mutex_);
  known_ = Known{waiting, clock_.steady()};
}

void SealLag::show(Metrics::Reading& reading) const {
  const MutexLock lock(mutex_);
  if (!known_ || clock_.steady() - known_->at > 3 * kInterval) return;
  reading.gauge("unsealed_rows", "Rows of the operation log without a seal, in the database",
                static_cast<double>(known_->waiting.count));
  reading.gauge("unsealed_oldest_seconds", "Age of the oldest row without a seal; 0 if all have one",
                known_->waiting.oldest_seconds);
}

}  // namespace podload::audit
