// The registered clusters as this daemon sees them: rows at most a second old, and one client per kubeconfig. Owned by
// the plugin; any thread.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "cluster_store.hpp"
#include "kube/client.hpp"
#include "kube/reflector.hpp"
#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/database.hpp"
#include "podload/http_client.hpp"
#include "podload/metrics.hpp"
#include "podload/mutex.hpp"
#include "podload/sealer.hpp"
#include "podload/serial_work.hpp"

namespace podload::cluster {

/// The defaults for fields that a cluster's row leaves open.
struct Defaults {
  LoadLabel label;
  int minimum = 1;
  std::chrono::milliseconds timeout{5000};
};

class Directory final : public ClusterDirectory {
 public:
  Directory(Database& database, HttpClient& http, const Clock& clock, Log& log, const Sealer& sealer, Defaults defaults);

  std::optional<Cluster> find(std::string_view name) override;
  std::optional<Cluster> find_id(std::string_view id) override;
  std::vector<Cluster> all() override;
  std::shared_ptr<KubeClient> client(const Cluster& cluster) override { return http_client(cluster); }

  std::unique_ptr<KubeFeed> follow(const Cluster& cluster, const std::string& path, const std::string& what,
                                   std::shared_ptr<KubeMirror> mirror) override;
  /// Shows how the feeds of registered clusters stand.
  void show(Metrics::Reading& reading);
  /// Ends all feeds.
  void stop() noexcept { mirroring_.stop(); }

  /// The same client with its concrete type. Throws as client() does.
  std::shared_ptr<HttpKubeClient> http_client(const Cluster& cluster);

  /// Makes the next call read the rows again, after this daemon has changed them.
  void forget();

  Cluster with_defaults(const ClusterRow& row) const;

  /// The rows themselves, for administrators.
  std::vector<ClusterRow> rows();
  /// The decrypted part of the kubeconfig that was stored. Throws Error{"cluster_unusable"} or
  /// Error{"unknown_cluster"}.
  StoredAccess stored(const ClusterRow& row);
  HttpKubeClient::Options client_options(const ClusterRow& row) const;

 private:
  struct Snapshot {
    std::vector<ClusterRow> rows;
    SteadyTime at;
  };
  struct Kept {
    int kubeconfig_version = 0;
    std::shared_ptr<HttpKubeClient> client;
  };

  struct Followed {
    std::string cluster;  ///< Its name.
    std::weak_ptr<Reflector> reflector;
    std::shared_ptr<FeedStats> stats = std::make_shared<FeedStats>();
  };

  std::shared_ptr<const Snapshot> snapshot();
  std::shared_ptr<HttpKubeClient> open(const ClusterRow& row);

  Database& database_;
  HttpClient& http_;
  const Clock& clock_;
  const Sealer& sealer_;
  const Defaults defaults_;
  ClusterStore store_;

  Mutex reading_;  ///< One caller reads the rows, the others wait for its result.
  Mutex mutex_;    ///< Guards the members below; never held while waiting.
  std::shared_ptr<const Snapshot> snapshot_ PODLOAD_GUARDED_BY(mutex_);
  std::map<std::string, Kept, std::less<>> clients_ PODLOAD_GUARDED_BY(mutex_);  ///< By cluster id.
  /// A lane per cluster, so that one that sends much keeps one thread busy at most.
  std::map<std::string, std::weak_ptr<SerialWork::Lane>, std::less<>> lanes_ PODLOAD_GUARDED_BY(mutex_);
  std::map<std::pair<std::string, std::string>, Followed> followed_ PODLOAD_GUARDED_BY(mutex_);  ///< By cluster id and path.
  SerialWork mirroring_;
};

/// The sealer's purpose for kubeconfigs.
inline constexpr const char* kKubeconfigPurpose = "kubeconfig";

}  // namespace podload::cluster
