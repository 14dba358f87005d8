// Runs one removal or restore: reserve, read, judge, PATCH, hand over to the prover. Any thread;
// blocks for the reads and the PATCH.
#pragma once

#include <functional>
#include <string>

#include "facts.hpp"
#include "facts_reader.hpp"
#include "journal.hpp"
#include "label_patch.hpp"
#include "pod_operation.hpp"
#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/error.hpp"
#include "podload/log.hpp"
#include "prover.hpp"
#include "write_answer.hpp"

namespace podload {

/// What a request asks for.
struct Order {
  PodOperation operation;  ///< Its what, where, who and why.
  Cluster cluster;
  Principal principal;
  bool dry_run = false;
  bool served = false;  ///< Set by the runner: when the Pod was first read, a Service that it loses listed it.
};

class OperationRunner {
 public:
  OperationRunner(Journal& journal, Prover& prover, ClusterDirectory& clusters, const FactsReader& reader, const Clock& clock, Log& log)
      : journal_(journal), prover_(prover), clusters_(clusters), reader_(reader), clock_(clock), log_(log) {}

  /// An acknowledged change whose proof is still to come.
  struct Applied {
    PodOperation operation;
    std::shared_ptr<Prover::Case> watched;  ///< Null after a dry run or a replay.
  };

  /// Returns when the API server has acknowledged the PATCH (dry run: would). Throws an Error for a
  /// refusal, a Pod that is another by now, or a cluster that does not answer; it is settled then.
  /// Either way `order.operation` says how far it came (of a request that came before, the first's).
  Applied run(Order& order);

  /// Lets the prover settle it; `on_settled` may be empty.
  void follow(Applied applied, Prover::OnSettled on_settled);

 private:
  Applied replay(const PodOperation& first, Order& order);
  Applied change(Order& order, const std::set<std::string>& pending, SteadyTime began);
  std::optional<Applied> attempt(Order& order, const std::set<std::string>& pending,
                                 const std::shared_ptr<KubeClient>& kube, SteadyTime began);
  Applied rehearse(Order& order, const Pod& pod, KubeClient& kube);
  bool is_stored(Order& order, const WriteAnswer& answer);
  void undo(const PodOperation& operation, const Pod& stored, const Pod& before, const LoadLabel& label, KubeClient& kube);
  Verdict judge(const Order& order, const Facts& facts);
  [[noreturn]] void fail(Order& order, const std::string& outcome, const Error& error);

  Journal& journal_;
  Prover& prover_;
  ClusterDirectory& clusters_;
  const FactsReader& reader_;
  const Clock& clock_;
  Log& log_;
};

/// The awaited Services of a verdict, and what must be seen of them.
Prover::Plan plan_of(const PodOperation& operation, const Verdict& verdict, Facts facts, const LoadLabel& label, std::shared_ptr<KubeClient> kube);

/// A PATCH is sent within so many seconds of the operation's reservation, or not at all.
inline constexpr int kMaySendSeconds = 15;

}  // namespace podload
