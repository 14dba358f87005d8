// The version of each cluster, and whether it answers: requested concurrently in the background when a caller needs it,
// cached for half a minute, and waited for only briefly.
//
// Owned by the plugin; any thread. Drops answers that arrive after its destruction.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "directory.hpp"
#include "podload/clock.hpp"

namespace podload::cluster {

struct Health {
  std::string version = "Unknown";  ///< The predecessor's word.
  bool reachable = false;           ///< It answers, with any status.
  /// "ready", "credentials" (no longer accepted), "forbidden" (may not read /version), "failing" (answers with an
  /// error), "unreachable", "unusable" (its kubeconfig cannot be decrypted), "unknown" (not checked yet).
  std::string state = "unknown";
  std::string why;  ///< The cluster's or the network's message; empty if it is ready.
};

/// Evaluates the answer to GET /version.
Health health_of(const HttpResult& result);

class Probe {
 public:
  Probe(Directory& directory, const Clock& clock);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  /// One entry for each of `clusters`, by cluster id.
  std::map<std::string, Health> check(const std::vector<Cluster>& clusters);

 private:
  struct State;
  struct Check;
  void start_check(const Cluster& cluster);

  Directory& directory_;
  const Clock& clock_;
  const std::shared_ptr<State> state_;
};

}  // namespace podload::cluster
