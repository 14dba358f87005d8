// Counts requests by operation and status, and measures them. Owned by the dispatcher; any thread.
#pragma once

#include <string>

#include "podload/clock.hpp"
#include "podload/metrics.hpp"

namespace podload {

class RequestMetrics {
 public:
  /// `metrics` may be null: then nothing is counted.
  RequestMetrics(Metrics* metrics, const Clock& clock) : metrics_(metrics), clock_(clock) {}

  SteadyTime begin() const { return clock_.steady(); }
  /// The reply to a request is ready. `operation` is empty if no operation was found for it: all such requests count as one.
  void answered(const std::string& operation, int status, SteadyTime began) noexcept;

 private:
  Metrics* const metrics_;
  const Clock& clock_;
};

}  // namespace podload
