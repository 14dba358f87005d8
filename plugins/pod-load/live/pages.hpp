// Pages of Pods, printed once per version and served again until something on them changes. Owned by the plugin; any
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/mirrored.hpp"
#include "live/pod_rows.hpp"
#include "podload/mutex.hpp"
#include "podload/shared_text.hpp"

namespace podload::pod_load {

/// Which Pods, and what their rows need beside the records.
struct PageRequest {
  std::string cluster_id, name_space;
  std::string workload;                     ///< "deployment/web"; empty: all Pods of the namespace.
  std::optional<std::vector<Name>> owners;  ///< Only Pods with one of these owners' uids, in the order of pointers.
  LoadLabel label;
  std::shared_ptr<const NodeAddresses> nodes;
  std::shared_ptr<const Routes> routes;  ///< Null if it is not known what routes to them.
  std::optional<SystemTime> now;
  /// The removals of those Pods, whose label is `done`.
  std::function<PrintedRemovals(const std::vector<PagePod>& out)> removals;
};

/// The Pods of the request, in the order of their names.
std::vector<PagePod> select_pods(const PodTable& table, const PageRequest& request);
/// The page's text.
std::string print_page(const std::vector<PagePod>& pods, const PageRequest& request, const PrintedRemovals& removals);
/// Those whose label is `done`.
std::vector<PagePod> out_of(const std::vector<PagePod>& pods, const LoadLabel& label);

class Pages {
 public:
  struct Page {
    std::shared_ptr<const SharedText> text;
    SystemTime as_of;  ///< When the cluster reported last.
  };

  using Table = std::shared_ptr<const Mirrored<PodTable>>;

  /// Nothing if the table is not in step with the cluster. Throws what `removals` throws.
  std::optional<Page> of(const Table& table, const PageRequest& request);

 private:
  struct Kept {
    // What it was printed from.
    std::weak_ptr<const Mirrored<PodTable>> table;
    std::uint64_t version = 0;
    std::optional<std::vector<Name>> owners;
    std::shared_ptr<const NodeAddresses> nodes;
    std::shared_ptr<const Routes> routes;
    LoadLabel label;
    std::int64_t second = 0;
    std::vector<PagePod> out;
    PrintedRemovals removals;

    std::shared_ptr<const SharedText> text;
    std::uint64_t used = 0;
  };
  static bool is_current(const Kept& kept, const Table& table, const PageRequest& request, std::uint64_t version);
  std::shared_ptr<const Kept> find(const std::string& key);
  void keep(const std::string& key, std::shared_ptr<Kept> page);

  Mutex mutex_;
  std::map<std::string, std::shared_ptr<Kept>> pages_ PODLOAD_GUARDED_BY(mutex_);
  std::size_t bytes_ PODLOAD_GUARDED_BY(mutex_) = 0;
  std::uint64_t uses_ PODLOAD_GUARDED_BY(mutex_) = 0;
};

}  // namespace podload::pod_load
