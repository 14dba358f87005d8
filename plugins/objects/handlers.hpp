// The read operations: parse and reply. Owned by the plugin; any thread.
#pragma once

#include <string>

#include "kinds.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/host.hpp"

namespace podload::objects {

class Handlers {
 public:
  Handlers(Host& host, ClusterDirectory& clusters) : host_(host), clusters_(clusters) {}

  Reply nodes(const Request& request);
  Reply list_family(const Request& request, const char* family);
  Reply family_yaml(const Request& request, const char* family);
  Reply workload_yaml(const Request& request);

 private:
  Reply yaml(const Request& request, KubeClient& kube, const std::string& path, const std::string& what);

  Host& host_;
  ClusterDirectory& clusters_;
};

}  // namespace podload::objects
