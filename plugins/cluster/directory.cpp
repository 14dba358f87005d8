#include "directory.hpp"

#include <algorithm>

#include "podload/error.hpp"

namespace podload::cluster {
namespace {

// A grant or a cluster may outlive its end by one second; the difference is for reading the rows.
constexpr std::chrono::milliseconds kFresh{900};
constexpr std::chrono::milliseconds kFreshMiss{50};  // a missing cluster may have been added meanwhile
constexpr std::size_t kMirrorThreads = 3;

/// A running reflector.
class Feed final : public KubeFeed {
 public:
  explicit Feed(std::shared_ptr<Reflector> reflector) : reflector_(std::move(reflector)) { reflector_->begin(); }
  ~Feed() override { reflector_->end(); }

 private:
  const std::shared_ptr<Reflector> reflector_;
};

}  // namespace

Directory::Directory(Database& database, HttpClient& http, const Clock& clock, Log& log, const Sealer& sealer, Defaults defaults)
    : database_(database), http_(http), clock_(clock), sealer_(sealer), defaults_(std::move(defaults)), mirroring_(kMirrorThreads, log) {}

Cluster Directory::with_defaults(const ClusterRow& row) const {
  Cluster cluster;
  cluster.id = row.id;
  cluster.name = row.name;
  cluster.display_name = row.display_name.empty() ? row.name : row.display_name;
  cluster.label.name = row.label_name.value_or(defaults_.label.name);
  cluster.label.online = row.online_value.value_or(defaults_.label.online);
  cluster.label.done = row.done_value.value_or(defaults_.label.done);
  cluster.minimum = row.minimum.value_or(defaults_.minimum);
  cluster.simulated = row.simulated;
  return cluster;
}

std::shared_ptr<const Directory::Snapshot> Directory::snapshot() {
  const auto fresh = [this]() -> std::shared_ptr<const Snapshot> {
    const MutexLock lock(mutex_);
    return snapshot_ && clock_.steady() - snapshot_->at < kFresh ? snapshot_ : nullptr;
  };
  if (auto known = fresh()) return known;
  const MutexLock reading(reading_);
  if (auto known = fresh()) return known;
  const auto read = std::make_shared<Snapshot>();
  read->at = clock_.steady();  // taken before reading, which may miss later changes
  read->rows = database_.transact([&](Transaction& tx) { return store_.all(tx); });
  const MutexLock lock(mutex_);
  snapshot_ = read;
  const auto is_gone = [&](const std::string& id) {
    return std::none_of(read->rows.begin(), read->rows.end(), [&](const ClusterRow& row) { return row.id == id; });
  };
  std::erase_if(clients_, [&](const auto& kept) { return is_gone(kept.first); });
  std::erase_if(followed_, [&](const auto& kept) { return is_gone(kept.first.first); });
  return read;
}

void Directory::forget() {
  const MutexLock lock(mutex_);
  snapshot_.reset();
}

std::optional<Cluster> Directory::find(std::string_view name) {
  auto known = snapshot();
  const auto row_named = [&] { return std::find_if(known->rows.begin(), known->rows.end(), [&](const ClusterRow& row) { return row.name == name; }); };
  auto row = row_named();
  if (row == known->rows.end() && clock_.steady() - known->at >= kFreshMiss) {
    // Another daemon or the command line may have just registered it.
    forget();
    known = snapshot();
    row = row_named();
  }
  return row == known->rows.end() ? std::nullopt : std::optional(with_defaults(*row));
}

std::optional<Cluster> Directory::find_id(std::string_view id) {
  for (const ClusterRow& row : snapshot()->rows)
    if (row.id == id) return with_defaults(row);
  return std::nullopt;
}

std::vector<ClusterRow> Directory::rows() { return snapshot()->rows; }

std::vector<Cluster> Directory::all() {
  std::vector<Cluster> clusters;
  for (const ClusterRow& row : snapshot()->rows) clusters.push_back(with_defaults(row));
  return clusters;
}

std::shared_ptr<HttpKubeClient> Directory::http_client(const Cluster& cluster) {
  const auto known = snapshot();
  const auto row = std::find_if(known->rows.begin(), known->rows.end(), [&](const ClusterRow& r) { return r.id == cluster.id; });
  if (row == known->rows.end()) throw Error("unknown_cluster", {{"cluster", cluster.name}});
  {
    const MutexLock lock(mutex_);
    const auto kept = clients_.find(row->id);
    if (kept != clients_.end() && kept->second.kubeconfig_version == row->kubeconfig_version) return kept->second.client;
  }
  auto opened = open(*row);
  const MutexLock lock(mutex_);
  Kept& kept = clients_[row->id];
  if (kept.kubeconfig_version != row->kubeconfig_version) kept = {row->kubeconfig_version, std::move(opened)};
  return kept.client;
}

std::unique_ptr<KubeFeed> Directory::follow(const Cluster& cluster, const std::string& path, const std::string& what,
                                            std::shared_ptr<KubeMirror> mirror) {
  auto kube = client(cluster);
  std::shared_ptr<SerialWork::Lane> lane;
  {
    const MutexLock lock(mutex_);
    std::erase_if(lanes_, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<SerialWork::Lane>& known = lanes_[cluster.id];
    lane = known.lock();
    if (!lane) known = lane = mirroring_.lane();
  }
  const MutexLock lock(mutex_);
  Followed& followed = followed_[{cluster.id, path}];
  followed.cluster = cluster.name;
  followed.stats->in_step = false;
  const Reflector::Source source{std::move(kube), cluster.name, path, what, followed.stats};
  const auto reflector = std::make_shared<Reflector>(source, std::move(mirror), std::move(lane));
  followed.reflector = reflector;
  return std::make_unique<Feed>(reflector);
}

void Directory::show(Metrics::Reading& reading) {
  const SteadyTime now = std::chrono::steady_clock::now();  // as the reflectors count
  const MutexLock lock(mutex_);
  for (const auto& [key, followed] : followed_) {
    if (followed.reflector.expired()) continue;
    const FeedStats& stats = *followed.stats;
    const Metrics::Labels labels{{"cluster", followed.cluster}, {"kind", kind_of_path(key.second)}};
    reading.gauge("view_in_step", "1 if the view of this kind has all that the API server reported", stats.in_step ? 1 : 0, labels);
    if (const SteadyTime heard = stats.heard; heard != SteadyTime{})
      reading.gauge("view_age_seconds", "Since the API server last sent an event or a bookmark, or accepted a watch",
                    std::chrono::duration<double>(now - heard).count(), labels);
    reading.gauge("view_objects", "Objects in the view", static_cast<double>(stats.objects), labels);
    reading.counter("view_received_bytes_total", "JSON received for the view", static_cast<double>(stats.bytes), labels);
    reading.counter("view_lists_total", "Complete lists begun: the first, and again after changes were missed", static_cast<double>(stats.lists), labels);
    reading.counter("view_failures_total", "Lists and watches that failed", static_cast<double>(stats.failures), labels);
  }
}

HttpKubeClient::Options Directory::client_options(const ClusterRow& row) const {
  HttpKubeClient::Options options;
  options.cluster = row.name;
  options.group = row.id;
  options.any_address = row.any_address;
  options.identity = row.identity;
  options.timeout = defaults_.timeout;
  return options;
}

StoredAccess Directory::stored(const ClusterRow& row) {
  const auto sealed = database_.transact([&](Transaction& tx) { return store_.kubeconfig(tx, row.id); });
  if (!sealed) throw Error("unknown_cluster", {{"cluster", row.name}});
  try {
    return stored_of(sealer_.open(*sealed, kKubeconfigPurpose, row.id));
  } catch (const Error& error) {
    throw Error("cluster_unusable", {{"cluster", row.name}}, error.what());
  }
}

std::shared_ptr<HttpKubeClient> Directory::open(const ClusterRow& row) {
  const StoredAccess opened = stored(row);
  try {
    return std::make_shared<HttpKubeClient>(http_, clock_, access_of(opened), client_options(row));
  } catch (const Error& error) {
    throw Error("cluster_unusable", {{"cluster", row.name}}, error.what());
  }
}

}  // namespace podload::cluster
