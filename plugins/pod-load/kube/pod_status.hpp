// The READY, STATUS and RESTARTS columns of `kubectl get pods`, as the printers of the newest
// Kubernetes make them (pkg/printers/internalversion/printers.go, printPod), whatever the version of
// the server. Free function; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "podload/json_view.hpp"

namespace podload::pod_load {

struct PrintedStatus {
  std::string text;
  std::int64_t restarts = 0;
  std::int64_t ready = 0;       ///< Containers that are ready, sidecars counted,
  std::int64_t containers = 0;  ///< of so many.
};

PrintedStatus printed_status(JsonView pod);

}  // namespace podload::pod_load
