// Rules for a cluster's name and its load label. Pure functions; any thread.
#pragma once

#include <string>
#include <vector>

#include "podload/cluster_directory.hpp"

namespace podload::cluster {

/// A DNS label that does not hide a path. Throws Error{"bad_cluster_name"}, Error{"cluster_name_taken"}.
void check_name(const std::string& name, const std::vector<std::string>& literals);

/// A label's name and two different values. Throws Error{"bad_label"}.
void check_label(const LoadLabel& label);

}  // namespace podload::cluster
