// Reads the namespaces of a cluster live, in pages. Free function; any thread; throws as each_item does.
#pragma once

#include <string>
#include <vector>

#include "kube/client.hpp"

namespace podload::cluster {

struct Namespace {
  std::string name;
  std::string status;         ///< "Active" or "Terminating"
  std::string creation_time;  ///< As Kubernetes formats it.
};

std::vector<Namespace> list_namespaces(HttpKubeClient& client);

}  // namespace podload::cluster
