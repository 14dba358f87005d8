// Settles what a daemon left open: it ended, slept, or lost its cluster in between. Any live
// daemon does it once the lease is over. One job thread.
#pragma once

#include "facts_reader.hpp"
#include "journal.hpp"
#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/log.hpp"
#include "prover.hpp"

namespace podload {

class Settler {
 public:
  Settler(Journal& journal, Prover& prover, ClusterDirectory& clusters, const FactsReader& reader, Log& log)
      : journal_(journal), prover_(prover), clusters_(clusters), reader_(reader), log_(log) {}

  /// Takes what is open and settles it or hands it to the prover.
  void run();

 private:
  void settle(PodOperation operation);
  void prove(PodOperation operation, const Pod& pod, const Cluster& cluster, const std::shared_ptr<KubeClient>& kube);

  Journal& journal_;
  Prover& prover_;
  ClusterDirectory& clusters_;
  const FactsReader& reader_;
  Log& log_;
};

}  // namespace podload
