// The kinds that an API server serves, and their paths; read once and cached for some minutes. Absent kinds are cached
// for a shorter time, since they may be installed at any moment, and a group's failure for a shorter time still; other
// groups are found meanwhile. Thread-safe; may send requests to the server, and throws what that throws, or
// Error{"cluster_answer"} and similar for an error status.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "podload/clock.hpp"
#include "podload/error.hpp"
#include "podload/kube_client.hpp"
#include "podload/mutex.hpp"

namespace podload::cluster {

class Discovery {
 public:
  using Get = std::function<KubeReply(const std::string& path)>;

  Discovery(std::string cluster, const Clock& clock, Get get) : cluster_(std::move(cluster)), clock_(clock), get_(std::move(get)) {}

  std::optional<std::string> group_path(std::string_view group, const std::vector<std::string>& versions);
  std::optional<KubeResource> resource(std::string_view api_version, std::string_view kind);

 private:
  using Versions = std::set<std::string, std::less<>>;
  using Groups = std::map<std::string, Versions, std::less<>>;
  using Kinds = std::map<std::string, KubeResource, std::less<>>;
  template <class Value>
  struct Cached {
    Value value;
    SteadyTime until;
  };

  Groups groups();
  Groups fetch_groups();
  Kinds fetch_kinds(const std::string& path);

  const std::string cluster_;
  const Clock& clock_;
  const Get get_;
  Mutex mutex_;
  std::optional<Cached<Groups>> groups_ PODLOAD_GUARDED_BY(mutex_);
  std::map<std::string, Cached<Kinds>, std::less<>> kinds_ PODLOAD_GUARDED_BY(mutex_);     ///< By path.
  std::map<std::string, Cached<KubeError>, std::less<>> failures_ PODLOAD_GUARDED_BY(mutex_);  ///< Likewise.
};

}  // namespace podload::cluster
