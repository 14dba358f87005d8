// Rows of lists from Kubernetes' objects, in the predecessor's format. Pure functions; any thread. A missing field
// reads as empty.
#pragma once

#include "podload/json_view.hpp"

namespace podload::objects {

Json node_row(JsonView node);
Json service_row(JsonView service);
Json ingress_row(JsonView ingress);  ///< networking.k8s.io/v1 and v1beta1
Json config_map_row(JsonView config_map);
Json claim_row(JsonView claim);
Json volume_row(JsonView volume);
Json storage_class_row(JsonView storage_class);

/// A row from a meta.k8s.io Table of Secrets, whose columns `columns` names: nothing else of a Secret is ever read.
Json secret_row(JsonView columns, JsonView row);

}  // namespace podload::objects
