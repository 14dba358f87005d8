// The READY, STATUS and RESTARTS columns of `kubectl get pods`, as the newest Kubernetes prints them (printPod in
// pkg/printers/internalversion/printers.go), whatever the server's version. Free function; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "podload/json_view.hpp"

namespace podload::pod_load {

struct PrintedStatus {
  std::string text;
  std::int64_t restarts = 0;
  std::int64_t ready = 0;       ///< Ready containers, sidecars included.
  std::int64_t containers = 0;  ///< All containers, sidecars included.
};

PrintedStatus printed_status(JsonView pod);

}  // namespace podload::pod_load
