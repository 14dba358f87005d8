// Kubernetes' objects as the rows of lists, in the predecessor's shapes. Pure functions; any thread.
// What an object lacks reads as empty.
#pragma once

#include "podload/json.hpp"

namespace podload::objects {

Json node_row(const Json& node);
Json service_row(const Json& service);
Json ingress_row(const Json& ingress);  ///< networking.k8s.io/v1 and v1beta1
Json config_map_row(const Json& config_map);
Json claim_row(const Json& claim);
Json volume_row(const Json& volume);
Json storage_class_row(const Json& storage_class);

/// A row of a meta.k8s.io Table of Secrets, whose columns `columns` names: nothing else of a Secret
/// is ever read.
Json secret_row(const Json& columns, const Json& row);

}  // namespace podload::objects
