#include "live/pod_events.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include "live/view_reads.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload/mutex.hpp"
#include "podload/text.hpp"

namespace podload::pod_load {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kThreads = 2;
// Between two updates of a cluster: the first change shows at once, and many of them take at most a sixth of a thread.
constexpr auto kShortestPause = 5ms;
constexpr int kPausePerWork = 5;
constexpr auto kKeptWithoutStreams = 60s;  // for clients that connect again
constexpr auto kShowEvery = 9s;            // of the state, while nothing changes
constexpr std::size_t kLongestId = 64;     // of Last-Event-ID
constexpr std::size_t kEpochBytes = 6;

/// {"id":…,"kind":…,"pod":…,"state":…,"outcome":…}
std::string printed(const PodOperation& operation) {
  const char* state = operation.outcome ? "settled" : operation.applied ? "applied" : "open";
  return print_json({{"id", operation.id},
                     {"kind", kind_name(operation.kind)},
                     {"pod", operation.pod},
                     {"state", state},
                     {"outcome", operation.outcome ? Json(name_of(*operation.outcome)) : Json()}});
}

/// The workload of ?workload=deployment/web, if the request has one.
EventScope::Place place_of(const Request& request, const WorkloadCatalog& catalog) {
  EventScope::Place place{request.the_cluster(), std::string(request.query_value("namespace")), nullptr, {}};
  check_kube_name("namespace", place.name_space);
  const std::string_view workload = request.query_value("workload");
  if (workload.empty()) return place;
  const auto slash = workload.find('/');
  place.type = &catalog.find(workload.substr(0, slash));
  place.name = slash == std::string_view::npos ? std::string_view() : workload.substr(slash + 1);
  check_kube_name("workload", place.name);
  return place;
}

}  // namespace

/// The places that are watched, by cluster. Its lanes' tasks hold it, so it may outlive PodEvents.
class PodEvents::Clusters : public std::enable_shared_from_this<Clusters> {
 public:
  Clusters(SerialWork& work, const WorkloadCatalog& catalog, Journal& journal, const Clock& clock, Log& log)
      : work_(work), catalog_(catalog), journal_(journal), clock_(clock), log_(log) {}

  void open(EventScope::Place place, Views& views, std::shared_ptr<EventStream> stream, std::string last_id) {
    std::shared_ptr<Watched> cluster;
    {
      const MutexLock lock(mutex_);
      std::shared_ptr<Watched>& entry = clusters_[place.cluster.id];
      if (!entry) entry = std::make_shared<Watched>(place.cluster, views, work_.lane());
      cluster = entry;
      ++cluster->opened;
    }
    const auto self = shared_from_this();
    cluster->lane->post(
        [self, cluster, place = std::move(place), stream = std::move(stream), last_id = std::move(last_id)]() mutable {
          self->add(*cluster, std::move(place), std::move(stream), last_id);
        });
    update_soon(cluster);
  }

  /// Has the lane update the cluster's places, unless it is about to.
  void changed(const std::string& cluster_id) {
    if (const auto cluster = find(cluster_id)) update_soon(cluster);
  }

  void changed(const PodOperation& operation) {
    const auto cluster = find(operation.cluster_id);
    if (!cluster) return;
    cluster->lane->post([cluster, name_space = operation.name_space, text = printed(operation)] {
      for (auto& [key, watched] : cluster->scopes) {
        if (watched.scope.place().name_space != name_space) continue;
        watched.scope.send("operation", text);
        watched.scope.removals_changed();
      }
    });
    update_soon(cluster);
  }

  void look() {
    std::vector<std::shared_ptr<Watched>> all;
    {
      const MutexLock lock(mutex_);
      for (const auto& [id, cluster] : clusters_) all.push_back(cluster);
    }
    const auto self = shared_from_this();
    for (const auto& cluster : all) {
      cluster->lane->post([self, cluster] { self->look_at(cluster); });
      update_soon(cluster);
    }
  }

 private:
  struct WatchedScope {
    EventScope scope;
    SteadyTime last_watched{}, last_shown{};
  };
  /// A cluster with places that are watched.
  struct Watched {
    Watched(Cluster given, Views& views_given, std::shared_ptr<SerialWork::Lane> lane_given)
        : cluster(std::move(given)), views(views_given), lane(std::move(lane_given)) {}

    const Cluster cluster;
    Views& views;
    const std::shared_ptr<SerialWork::Lane> lane;
    std::map<std::string, WatchedScope> scopes;  ///< Used by the lane's tasks alone.
    SteadyTime next_update{};                    ///< The same.
    // Guarded by Clusters' mutex.
    bool is_due = false;
    std::uint64_t opened = 0;  ///< How many streams were opened.
  };

  std::shared_ptr<Watched> find(const std::string& cluster_id) {
    const MutexLock lock(mutex_);
    const auto found = clusters_.find(cluster_id);
    return found == clusters_.end() ? nullptr : found->second;
  }

  void update_soon(const std::shared_ptr<Watched>& cluster) {
    {
      const MutexLock lock(mutex_);
      if (std::exchange(cluster->is_due, true)) return;
    }
    const auto self = shared_from_this();
    cluster->lane->post([self, cluster] { self->update_or_wait(cluster); });
  }

  void update_or_wait(const std::shared_ptr<Watched>& cluster) {
    if (clock_.steady() >= cluster->next_update) return update(*cluster);
    const auto self = shared_from_this();
    cluster->lane->post_at(cluster->next_update, [self, cluster] { self->update(*cluster); });
  }

  void update(Watched& cluster) {
    {
      const MutexLock lock(mutex_);
      cluster.is_due = false;  // a report from now on asks for another update
    }
    if (cluster.scopes.empty()) return;
    const SteadyTime began = clock_.steady();
    std::shared_ptr<ClusterView> view;
    try {
      view = cluster.views.of(cluster.cluster);
    } catch (
        const Error&) {  // the cluster was removed, or its kubeconfig is broken: the streams say that they are not live
    }
    for (auto& [key, watched] : cluster.scopes) {
      try {
        watched.scope.update(view.get());
      } catch (const Error& error) {  // the database; look() tries again
        log_.warn("the events of a namespace could not be read",
                  {{"cluster", cluster.cluster.name}, {"what", error.what()}});
      }
    }
    const SteadyTime now = clock_.steady();
    cluster.next_update = now + std::max<SteadyTime::duration>(kShortestPause, (now - began) * kPausePerWork);
  }

  void add(Watched& cluster, EventScope::Place place, std::shared_ptr<EventStream> stream, const std::string& last_id) {
    const std::string key =
        place.name_space + (place.type == nullptr ? "" : "/" + place.type->name() + "/" + place.name);
    auto at = cluster.scopes.find(key);
    if (at == cluster.scopes.end()) {
      const auto removals = [this, id = place.cluster.id](const std::vector<PagePod>& out) {
        return removals_of(journal_, id, out);
      };
      at = cluster.scopes
               .emplace(key,
                        WatchedScope{EventScope(std::move(place), catalog_, removals, hex(random_bytes(kEpochBytes)))})
               .first;
    }
    at->second.last_watched = clock_.steady();
    at->second.scope.add(std::move(stream), last_id);
  }

  void look_at(const std::shared_ptr<Watched>& cluster) {
    const SteadyTime now = clock_.steady();
    std::uint64_t opened = 0;
    {
      const MutexLock lock(mutex_);
      opened = cluster->opened;
    }
    for (auto at = cluster->scopes.begin(); at != cluster->scopes.end();) {
      WatchedScope& watched = at->second;
      if (watched.scope.has_streams()) watched.last_watched = now;
      if (watched.scope.awaits_outcomes()) watched.scope.removals_changed();
      if (now - watched.last_shown >= kShowEvery) {
        watched.scope.show_life();
        watched.last_shown = now;
      }
      at = now - watched.last_watched > kKeptWithoutStreams ? cluster->scopes.erase(at) : std::next(at);
    }
    if (!cluster->scopes.empty()) return;
    const MutexLock lock(mutex_);
    const auto found = clusters_.find(cluster->cluster.id);
    if (found != clusters_.end() && found->second == cluster && opened == cluster->opened) clusters_.erase(found);
  }

  SerialWork& work_;
  const WorkloadCatalog& catalog_;
  Journal& journal_;
  const Clock& clock_;
  Log& log_;
  Mutex mutex_;
  std::map<std::string, std::shared_ptr<Watched>> clusters_ PODLOAD_GUARDED_BY(mutex_);  ///< By id.
};

PodEvents::PodEvents(Host& host, const WorkloadCatalog& catalog, Journal& journal)
    : catalog_(catalog),
      work_(kThreads, host.log()),
      clusters_(std::make_shared<Clusters>(work_, catalog, journal, host.clock(), host.log())) {}

PodEvents::~PodEvents() { stop(); }

std::function<void(const std::string& cluster_id)> PodEvents::reporter() const {
  return [known = std::weak_ptr(clusters_)](const std::string& cluster_id) {
    if (const auto clusters = known.lock()) clusters->changed(cluster_id);
  };
}

Stream PodEvents::open(Request& request, Views& views) {
  EventScope::Place place = place_of(request, catalog_);
  const auto view = views.of(request.the_cluster());
  if (!view->follows_routes(place.name_space)) request.reach_cluster();  // for discovery, which is known afterwards
  follow_pods(*view, catalog_, place.type, place.name_space);
  follow_workloads(*view, catalog_, place.name_space);
  auto stream = request.stream();
  std::string last_id(request.header("last-event-id").substr(0, kLongestId));
  clusters_->open(std::move(place), views, stream, std::move(last_id));
  return Stream(std::move(stream));
}

void PodEvents::changed(const PodOperation& operation) { clusters_->changed(operation); }

void PodEvents::look() { clusters_->look(); }

void PodEvents::stop() noexcept { work_.stop(); }

}  // namespace podload::pod_load
