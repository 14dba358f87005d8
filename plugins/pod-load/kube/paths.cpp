#include "kube/paths.hpp"

#include "kube/endpoint_slice.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"

namespace podload::pod_load {

namespace {

std::string core_path(const char* plural, const std::string& name_space, const std::string& name = {}) {
  return KubeResource{"/api/v1", plural}.path(name_space, name);
}

}  // namespace

std::string pods_path(const std::string& name_space) { return core_path("pods", name_space); }

std::string pod_path(const std::string& name_space, const std::string& pod) { return core_path("pods", name_space, pod); }

std::string services_path(const std::string& name_space) { return core_path("services", name_space); }

std::string slices_path(KubeClient& kube, const std::string& name_space) {
  const auto path = KubeKind{"discovery.k8s.io", {"v1", "v1beta1"}, "endpointslices"}.path(kube, name_space);
  if (!path) throw KubeError(KubeError::Fault::absent, "cluster_lacks", {{"what", "EndpointSlices (discovery.k8s.io)"}});
  return *path;
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
