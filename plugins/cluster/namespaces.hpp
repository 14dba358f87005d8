// The namespaces of a cluster, read live, in pages. Free function; any thread; throws as the client
// does, and Error{"cluster_forbids"} and its kin where the server says no.
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

std::vector<Namespace> list_namespaces(const std::string& cluster, HttpKubeClient& client);

}  // namespace podload::cluster
