#include "namespaces.hpp"

#include "podload/kube_list.hpp"

namespace podload::cluster {

std::vector<Namespace> list_namespaces(HttpKubeClient& client) {
  std::vector<Namespace> namespaces;
  KubeRequest request;
  request.path = "/api/v1/namespaces";
  request.timeout = client.timeout();
  each_item(client, std::move(request), "list namespaces", [&](JsonView item) {
    const JsonView metadata = item["metadata"];
    namespaces.push_back({metadata["name"].string(), item["status"]["phase"].string(), metadata["creationTimestamp"].string()});
  });
  return namespaces;
}

}  // namespace podload::cluster
