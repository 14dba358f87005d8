// A search for Pods in all namespaces that the caller may look at. Value type and pure functions; any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "live/pod_rows.hpp"
#include "live/traffic.hpp"

namespace podload::pod_load {

struct PodSearch {
  std::vector<std::string> words;       ///< Lower case; each must be somewhere in what a row shows.
  std::vector<std::string> namespaces;  ///< Empty: all.
  std::optional<PodTraffic::State> state;
  std::size_t limit = 200;  ///< The most Pods to show.

  /// From the query's texts: words separated by spaces, namespaces by commas, the name of a state or nothing. Throws
  /// Error{"bad_name"} for a namespace that is no name.
  static PodSearch of(std::string_view words, std::string_view namespaces, std::string_view state, std::size_t limit);

  bool wants(std::string_view name_space) const;
  bool matches(std::string_view name_space, const std::string& name, const PodRecord& pod,
               const NodeAddresses& nodes) const;
};

}  // namespace podload::pod_load
