// Runs one removal or restore: reserve, read, judge, PATCH, hand over to the prover. Any thread;
// blocks for the reads and the PATCH.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <variant>

#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/error.hpp"
#include "podload/log.hpp"
#include "record/journal.hpp"
#include "record/pod_operation.hpp"
#include "removal/facts.hpp"
#include "removal/facts_reader.hpp"
#include "removal/guard.hpp"
#include "removal/label_patch.hpp"
#include "removal/prover.hpp"
#include "removal/write_answer.hpp"

namespace podload::pod_load {

/// What a request asks for.
struct Order {
  PodOperation operation;  ///< What, where, by whom and why.
  Cluster cluster;
  Principal principal;
  bool dry_run = false;
};

class OperationRunner {
 public:
  OperationRunner(Journal& journal, Prover& prover, ClusterDirectory& clusters, const FactsReader& reader, const Clock& clock, Log& log)
      : journal_(journal), prover_(prover), clusters_(clusters), reader_(reader), clock_(clock), log_(log) {}

  /// The API server acknowledged the PATCH (of a dry run: would store it). The proof is still to come.
  struct Applied {
    PodOperation operation;
    std::shared_ptr<Prover::Case> watched;  ///< Null after a dry run or a replay.
  };
  /// It goes no further. Without an outcome the PATCH may have been stored, or the outcome could not be: a settler
  /// finds out. Of a request that was sent twice, or of a Pod with an operation under way, `operation` is the other one.
  struct Ended {
    PodOperation operation;
    Error why;
  };
  using Result = std::variant<Applied, Ended>;

  /// Returns when the API server has answered. Throws what Journal::reserve throws, and Error{"request_id_used"}: then
  /// nothing was reserved.
  Result run(Order order);

  /// Lets the prover settle it; `on_settled` may be empty.
  void follow(Applied applied, Prover::OnSettled on_settled);

 private:
  /// Read and judge once more: the Pod changed in between.
  struct Again {};
  struct Stop {
    std::optional<Outcome> outcome;  ///< Nothing: the PATCH may have been stored.
    Error why;
    bool is_ours = true;  ///< False: another daemon holds the lease, and settles it.
  };
  using Step = std::variant<Applied, Again, Stop>;

  static Result replay(const PodOperation& wanted, PodOperation first);
  Step change(Order& order, const std::set<std::string>& pending, SteadyTime began);
  Step attempt(Order& order, const std::set<std::string>& pending, const std::shared_ptr<KubeClient>& kube, SteadyTime began, bool& served);
  Step send(Order& order, const PatchTarget& target, Prover::Plan plan, SteadyTime began);
  Step rehearse(Order& order, const PatchTarget& target, KubeClient& kube);
  Ended end(Order order, Stop stop);
  Verdict judge(const Order& order, const Facts& facts);
  void undo(const PodOperation& operation, const Pod& stored, const PatchTarget& before, const LoadLabel& label, KubeClient& kube);

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

}  // namespace podload::pod_load
