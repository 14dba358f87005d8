#include "kube/paths.hpp"

#include "kube/endpoint_slice.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"

namespace podload::pod_load {

std::string pods_path(const std::string& name_space) { return "/api/v1/namespaces/" + percent_encode(name_space) + "/pods"; }

std::string pod_path(const std::string& name_space, const std::string& pod) { return pods_path(name_space) + "/" + percent_encode(pod); }

std::string services_path(const std::string& name_space) { return "/api/v1/namespaces/" + percent_encode(name_space) + "/services"; }

std::string slices_path(KubeClient& kube, const std::string& name_space) {
  const auto group = kube.group_path("discovery.k8s.io", {"v1", "v1beta1"});
  if (!group) throw KubeError(KubeError::Fault::absent, "cluster_lacks", {{"what", "EndpointSlices (discovery.k8s.io)"}});
  return *group + "/namespaces/" + percent_encode(name_space) + "/endpointslices";
}

std::string foreign_slices_path(KubeClient& kube, const std::string& name_space) {
  return slices_path(kube, name_space) + "?labelSelector=" + percent_encode(std::string(kManagedByLabel) + "!=" + std::string(kOwnManager));
}

std::string of_services(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ",") + name;
  return std::string(kServiceNameLabel) + " in (" + joined + ")";
}

}  // namespace podload::pod_load
