// Counts operations by kind and outcome, and measures their proofs, for /metrics. Owned by the plugin; any thread.
#pragma once

#include <string_view>

#include "podload/metrics.hpp"
#include "record/pod_operation.hpp"

namespace podload::pod_load {

class OperationMetrics {
 public:
  /// `metrics` outlives it.
  explicit OperationMetrics(Metrics& metrics) : metrics_(metrics) {}

  /// This daemon has committed that outcome: one of Outcome's names, or "denied".
  void settled(const PodOperation& operation, std::string_view outcome) noexcept;

 private:
  Metrics& metrics_;
};

}  // namespace podload::pod_load
