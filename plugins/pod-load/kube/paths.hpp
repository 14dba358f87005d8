// Paths of the objects that pod-load reads and changes. Free functions; any thread.
#pragma once

#include <string>
#include <vector>

#include "podload/kube_client.hpp"

namespace podload::pod_load {

std::string pods_path(const std::string& name_space);
std::string pod_path(const std::string& name_space, const std::string& pod);
std::string services_path(const std::string& name_space);

/// Throws KubeError where the server has no EndpointSlices.
std::string slices_path(KubeClient& kube, const std::string& name_space);
/// The namespace's slices that Kubernetes' own controller does not manage.
std::string foreign_slices_path(KubeClient& kube, const std::string& name_space);

/// A labelSelector for the slices of those Services; it selects nothing where `names` is empty.
std::string of_services(const std::vector<std::string>& names);

}  // namespace podload::pod_load
