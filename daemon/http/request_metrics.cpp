#include "http/request_metrics.hpp"

#include <chrono>
#include <exception>

namespace podload {

void RequestMetrics::answered(const std::string& operation, int status, SteadyTime began) noexcept {
  if (metrics_ == nullptr) return;
  try {
    const std::string name = operation.empty() ? "none" : operation;
    metrics_
        ->counter("podload_http_requests_total",
                  "Requests answered, by operationId and status; `none`: no such operation",
                  {{"operation", name}, {"status", std::to_string(status)}})
        .add();
    metrics_
        ->histogram("podload_http_request_seconds",
                    "From the start of a request in a worker until its reply is ready, by operationId",
                    {{"operation", name}})
        .observe(std::chrono::duration<double>(clock_.steady() - began).count());
  } catch (const std::exception&) {  // out of memory: the reply matters more than its count
  }
}

}  // namespace podload
