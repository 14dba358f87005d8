// The STATUS and RESTARTS columns of `kubectl get pods`, as its printers make them
// (Kubernetes, pkg/printers/internalversion/printers.go, printPod). Free function; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "kube/json_view.hpp"

namespace podload {

struct PrintedStatus {
  std::string text;
  std::int64_t restarts = 0;
};

PrintedStatus printed_status(JsonView pod);

}  // namespace podload
