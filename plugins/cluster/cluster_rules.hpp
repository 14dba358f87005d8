// What a cluster may be called, and which labels can be its load label. Pure functions; any thread.
#pragma once

#include <string>
#include <vector>

#include "podload/cluster_directory.hpp"

namespace podload::cluster {

/// A DNS label that hides no path. Throws Error{"bad_cluster_name"}, Error{"cluster_name_taken"}.
void check_name(const std::string& name, const std::vector<std::string>& literals);

/// A label's name and two different values for it. Throws Error{"bad_label"}.
void check_label(const LoadLabel& label);

}  // namespace podload::cluster
