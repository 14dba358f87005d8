// The events of one namespace, or of one workload in it, and the streams that get them. Not thread-safe: PodEvents calls
// it one call at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/cluster_view.hpp"
#include "live/event_history.hpp"
#include "live/known_rows.hpp"
#include "live/pages.hpp"
#include "podload/clock.hpp"
#include "podload/event_stream.hpp"
#include "workloads/workload_catalog.hpp"

namespace podload::pod_load {

class EventScope {
 public:
  /// Whose Pods: without a type, all of the namespace.
  struct Place {
    Cluster cluster;
    std::string name_space;
    const WorkloadType* type = nullptr;
    std::string name;
  };

  /// `removals` reads those of Pods that are out; update() throws what it throws.
  using ReadRemovals = std::function<PrintedRemovals(const std::vector<PagePod>& out)>;

  EventScope(Place place, const WorkloadCatalog& catalog, ReadRemovals removals, std::string epoch)
      : place_(std::move(place)), catalog_(catalog), read_(std::move(removals)), history_(std::move(epoch)) {}

  const Place& place() const { return place_; }

  /// `last_id` is that of the client's last event; empty for a new one.
  void add(std::shared_ptr<EventStream> stream, const std::string& last_id);
  /// Drops the streams that have ended; whether any is left.
  bool has_streams();

  /// Sends what has changed since the last call; `view` is null if the cluster has none.
  void update(ClusterView* view);
  /// The removals of the scope's Pods may have changed: the next update() reads them.
  void removals_changed() { removals_ = Removals::changed; }
  /// Sends the state again, so that clients know that the connection lives.
  void show_life() {
    if (state_) send(state_);
  }
  /// Whether it shows removals without an outcome, which another daemon may settle.
  bool awaits_outcomes() const { return removals_ == Removals::unsettled; }

  void send(const char* name, const std::string& data) { send(history_.add(name, data)); }

 private:
  using Event = EventHistory::Event;
  enum class Removals { changed, unsettled, settled };
  /// What the rows of Pods were printed from.
  struct Source {
    std::shared_ptr<const Mirrored<PodTable>> table;
    std::uint64_t version = 0;
    std::optional<std::vector<Name>> owners;
    std::shared_ptr<const NodeAddresses> nodes;
    std::shared_ptr<const Routes> routes;
    bool operator==(const Source&) const = default;
  };

  /// Returns false if the view does not know the Pods now.
  bool update_pods(ClusterView& view);
  void update_workloads(ClusterView& view);
  void read_removals(const std::vector<PagePod>& pods);
  void set_state(bool is_live);
  void begin();
  void send(const Event& event);

  const Place place_;
  const WorkloadCatalog& catalog_;
  const ReadRemovals read_;
  EventHistory history_;
  std::vector<std::shared_ptr<EventStream>> streams_;
  bool begun_ = false;  ///< The rows are known; before, nobody gets changes.
  Event state_;         ///< The last one.
  bool is_live_ = false;
  Source source_;
  KnownRows pods_;
  struct Workloads {
    std::shared_ptr<const Mirrored<ObjectTable>> mirror;
    std::uint64_t version = 0;
    KnownRows rows;
  };
  std::map<std::string, Workloads> workloads_;  ///< By type.
  Removals removals_ = Removals::changed;
  std::vector<std::string> out_;  ///< The uids and operations for which the removals were read.
  PrintedRemovals printed_;
};

}  // namespace podload::pod_load
