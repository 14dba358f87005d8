// Rows of GET …/pods, printed from records. Free functions; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "live/node_table.hpp"
#include "live/pod_table.hpp"
#include "live/traffic.hpp"
#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/kube_list.hpp"

namespace podload::pod_load {

/// The member `removal` of the row of a Pod that podload has removed.
struct PrintedRemoval {
  std::string text;         ///< JSON
  bool is_settled = false;  ///< It has an outcome, so that the text stays.
  bool operator==(const PrintedRemoval&) const = default;
};
using PrintedRemovals = std::map<std::string, PrintedRemoval>;  ///< By uid.

/// A Pod of a page.
struct PagePod {
  std::string name;
  PodRecord record;
};

struct RowContext {
  std::string_view name_space;
  const LoadLabel& label;
  const NodeAddresses& nodes;
  const PrintedRemovals& removals;
  const Routes* routes = nullptr;  ///< Null if it is not known what routes to them.
  std::optional<SystemTime> now;   ///< Without it, rows have no running_time.
};

std::string print_row(const PagePod& pod, const RowContext& context);
/// Adds the rows to a list. Throws KubeError (too_large) past 24 MB.
void add_rows(RowList& rows, const std::vector<PagePod>& pods, const RowContext& context);
/// A bare array. Throws the same.
std::string print_rows(const std::vector<PagePod>& pods, const RowContext& context);

/// "8d 5h 3m 1s"
std::string running_time(std::chrono::seconds age);
/// In UTC+8, in the predecessor's format: "2026-11-22 15:04:05".
std::string created_time(SystemTime time);

}  // namespace podload::pod_load
