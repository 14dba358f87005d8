// The namespaces of a cluster, read live, in pages. Free function; any thread; throws as
// each_item does.
#pragma once

#include <string>
#include <vector>

#include "kube/client.hpp"

namespace podload::cluster {

struct Namespace {
  std::string name;
  std::string status;         ///< "Active" or "Terminating"
  std::string creation_time;  ///< As Kubernetes writes it.
};

std::vector<Namespace> list_namespaces(HttpKubeClient& client);

}  // namespace podload::cluster
