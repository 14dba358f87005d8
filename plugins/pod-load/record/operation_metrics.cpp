#include "record/operation_metrics.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <string>

namespace podload::pod_load {
namespace {

/// Milliseconds until the last Service showed the change; nothing if one did not, or none had to.
std::optional<long> proven_ms(const Json& details) {
  std::optional<long> longest;
  const auto services = details.find("services");
  if (services == details.end()) return longest;
  for (const Json& service : *services) {
    const auto proven = service.find("proven_ms");
    if (proven != service.end() && proven->is_number()) longest = std::max(longest.value_or(0), proven->get<long>());
  }
  return longest;
}

}  // namespace

void OperationMetrics::settled(const PodOperation& operation, std::string_view outcome) noexcept {
  try {
    const std::string kind(kind_name(operation.kind));
    metrics_
        .counter("operations_total", "Operations settled by this daemon, by kind and outcome",
                 {{"kind", kind}, {"outcome", std::string(outcome)}})
        .add();
    if (const auto milliseconds = proven_ms(operation.details))
      metrics_
          .histogram("proof_seconds", "From sending the change until the EndpointSlices of every Service showed it",
                     {{"kind", kind}})
          .observe(static_cast<double>(*milliseconds) / 1000);
  } catch (const std::exception&) {  // out of memory: the outcome is committed
  }
}

}  // namespace podload::pod_load
