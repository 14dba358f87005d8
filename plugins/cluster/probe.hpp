// Which version each cluster has, and whether it answers: asked side by side in the background when
// somebody looks, remembered for half a minute, and waited for no longer than a moment.
//
// Owned by the plugin; any thread. Answers that come after its end are dropped.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "directory.hpp"
#include "podload/clock.hpp"

namespace podload::cluster {

struct Pulse {
  std::string version = "Unknown";  ///< As the predecessor said it.
  bool reachable = false;           ///< It answers, whatever it says.
  /// "ready", "credentials" (they are not accepted any more), "forbidden" (to read /version), "failing"
  /// (it answers with an error), "unreachable", "unusable" (its kubeconfig cannot be opened), "unknown"
  /// (not asked yet).
  std::string state = "unknown";
  std::string why;  ///< In the cluster's or the network's words; empty where it is ready.
};

/// What an answer to GET /version says of a cluster.
Pulse pulse_of(const HttpResult& result);

class Probe {
 public:
  Probe(Directory& directory, const Clock& clock);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  /// By cluster id; one for each of `clusters`.
  std::map<std::string, Pulse> pulses(const std::vector<Cluster>& clusters);

 private:
  struct State;
  struct Question;
  void ask(const Cluster& cluster);

  Directory& directory_;
  const Clock& clock_;
  const std::shared_ptr<State> state_;
};

}  // namespace podload::cluster
