// Runs one removal or restore: reserve, read, judge, PATCH, pass it to the prover. Owned by the plugin; any thread. Blocks
// during the reads and the PATCH.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/error.hpp"
#include "podload/log.hpp"
#include "record/journal.hpp"
#include "record/pod_operation.hpp"
#include "removal/checks.hpp"
#include "removal/facts.hpp"
#include "removal/facts_reader.hpp"
#include "removal/guard.hpp"
#include "removal/label_patch.hpp"
#include "removal/prover.hpp"
#include "removal/write_answer.hpp"

namespace podload::pod_load {

/// A requested removal or restore.
struct Order {
  PodOperation operation;
  Cluster cluster;
  Principal principal;
  bool dry_run = false;
  /// The notices of other plugins' checks, once they were asked, and the effects that they were asked about.
  std::optional<Verdict> checked = std::nullopt;
  int checks_asked = 0;
};

class OperationRunner {
 public:
  /// Gets each Pod as the API server has stored it, in the thread of run(); must not block.
  using OnStored = std::function<void(const std::string& cluster_id, const Pod& pod)>;

  OperationRunner(Journal& journal, Prover& prover, ClusterDirectory& clusters, const FactsReader& reader, const Checks& checks, const Clock& clock, Log& log,
                  OnStored on_stored)
      : journal_(journal), prover_(prover), clusters_(clusters), reader_(reader), checks_(checks), clock_(clock), log_(log), on_stored_(std::move(on_stored)) {}

  /// The API server acknowledged the PATCH, or accepted it as a dry run. The proof is still missing.
  struct Applied {
    PodOperation operation;
    std::shared_ptr<Prover::Task> watched;  ///< Null after a dry run or a replay.
  };
  /// The operation ended without an acknowledged PATCH. Without an outcome, the PATCH may have been stored, or the outcome
  /// could not be committed: a settler resolves it. For a replayed or blocked request, `operation` is the other one.
  struct Ended {
    PodOperation operation;
    Error why;
  };
  using Result = std::variant<Applied, Ended>;

  /// Returns once the API server has replied. Throws what Journal::reserve() throws, and Error{"request_id_used"}.
  /// After a lost COMMIT, the operation may exist; otherwise nothing was reserved.
  Result run(Order order);

  /// Passes the operation to the prover, which settles it; `on_settled` may be empty.
  void follow(Applied applied, Prover::OnSettled on_settled);

 private:
  /// The Pod changed in between, or the checks took long: read and judge again.
  struct Again {
    bool is_try = true;  ///< Whether it counts as one of the tries.
  };
  struct Stop {
    std::optional<Outcome> outcome;  ///< Empty: the PATCH may have been stored.
    Error why;
    bool is_ours = true;  ///< False: this daemon lost the lease; a settler settles the operation.
  };
  using Step = std::variant<Applied, Again, Stop>;

  static Result replay(const PodOperation& wanted, PodOperation first);
  Step change(Order& order, const std::set<std::string>& pending, SteadyTime began);
  Step attempt(Order& order, const std::set<std::string>& pending, const std::shared_ptr<KubeClient>& kube, SteadyTime began, bool& served);
  Step send(Order& order, const PatchTarget& target, Prover::Plan plan, SteadyTime began);
  Step dry_run(Order& order, const PatchTarget& target, KubeClient& kube);
  Ended end(Order order, Stop stop);
  Verdict judge(const Order& order, const Facts& facts);
  bool ask_checks(Order& order, const Facts& facts, Verdict& verdict);
  void undo(const PodOperation& operation, const Pod& stored, const PatchTarget& before, const LoadLabel& label, KubeClient& kube);

  Journal& journal_;
  Prover& prover_;
  ClusterDirectory& clusters_;
  const FactsReader& reader_;
  const Checks& checks_;
  const Clock& clock_;
  Log& log_;
  const OnStored on_stored_;
};

/// The plan for the prover: the Services that the verdict affects, and what their slices must show.
Prover::Plan plan_of(const PodOperation& operation, const Verdict& verdict, Facts facts, const LoadLabel& label, std::shared_ptr<KubeClient> kube);

/// The PATCH is sent within this many seconds of the reservation, or never.
inline constexpr int kMaySendSeconds = 15;

}  // namespace podload::pod_load
