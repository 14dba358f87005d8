// What a removal may expect of a Pod, from the cluster's view (daemon/docs/adr/0026): the only way from the records in memory to
// a removal. Free functions; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "live/cluster_view.hpp"
#include "removal/expectation.hpp"

namespace podload::pod_load {

/// Nothing if the view is not in step, or does not have the Pod.
std::optional<Expectation> expectation_of(ClusterView& view, const std::string& name_space, const std::string& pod);

}  // namespace podload::pod_load
