// URL paths of the objects that pod-load reads and changes. Free functions; any thread. Functions that take a client
// throw what its discovery throws.
#pragma once

#include <string>
#include <vector>

#include "podload/kube_client.hpp"

namespace podload::pod_load {

std::string pods_path(const std::string& name_space);
std::string pod_path(const std::string& name_space, const std::string& pod);
std::string services_path(const std::string& name_space);

/// Throws KubeError (absent) if the server has no EndpointSlices.
std::string slices_path(KubeClient& kube, const std::string& name_space);
/// The namespace's slices that Kubernetes' EndpointSlice controller does not manage. Throws the same.
std::string foreign_slices_path(KubeClient& kube, const std::string& name_space);

/// A labelSelector for the slices of those Services; it selects nothing if `names` is empty.
std::string of_services(const std::vector<std::string>& names);

}  // namespace podload::pod_load
