// Checks the whole log along its chain and reports tampering. Reads only. Owned by the command that runs it; one
// thread. Throws what Database throws.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "chain/checkpoint.hpp"
#include "chain/checkpoint_writer.hpp"
#include "log/audit_store.hpp"
#include "podload/json.hpp"

namespace podload::audit {

/// A fault, as a code of words.yaml.
struct Fault {
  std::string code;
  Json args;
};

struct Verdict {
  long long rows = 0;         ///< Sealed rows that exist and were compared with their seals
  long long dropped = 0;      ///< Sealed rows that retention deleted
  long long waiting = 0;      ///< Rows without a seal yet
  std::string waiting_since;  ///< The time of the oldest
  long long checkpoints = 0;
  std::string last_checkpoint_at;
  long long anchored = 0;  ///< Checkpoints of the anchor that are in the database
  std::vector<Fault>
      faults;  ///< In the chain's order, then rows outside the chain, then checkpoints; the first `kMostFaults`
  long long fault_count = 0;
};

class Verifier {
 public:
  static constexpr std::size_t kMostFaults = 1000;

  /// `allowances`: what the tables' owner allowed retention to delete, and since when.
  Verifier(Database& database, const ChainStore& store, const SigningKey& key, std::vector<Allowance> allowances)
      : database_(database), store_(store), key_(key), allowances_(std::move(allowances)) {}

  /// `anchor`: checkpoints that were kept outside the database.
  Verdict run(const std::vector<FiledCheckpoint>& anchor);

 private:
  /// A row that does not match its seal.
  struct Misfit {
    std::size_t fault;  ///< Its index in the faults
    Seal seal;
    ChainRow row;
  };

  /// A signed statement that a month is deleted.
  struct Announcement {
    long long rows = 0;        ///< The chain's length at that time
    long long checkpoint = 0;  ///< Its ordinal
    bool explained = false;    ///< The tables' owner had allowed it by then
    bool named = false;        ///< Reported as not allowed
  };

  void read_checkpoints(std::vector<Fault>& faults);
  void walk_chain();
  void look_at(const SealedRow& sealed, const Seal& before);
  void look_for_row(const Seal& seal);
  std::optional<ChainRow> find_moved(const Seal& seal);
  void compare_with_checkpoints(const Seal& seal);
  void name_swaps();
  void look_for_unsealed();
  void compare_with(const std::vector<FiledCheckpoint>& anchor);
  void fault(std::string code, Json args);

  Database& database_;
  const ChainStore& store_;
  const SigningKey& key_;
  const std::vector<Allowance> allowances_;

  Verdict verdict_;
  std::vector<Checkpoint> checkpoints_;          ///< Those in the database with a valid signature
  std::map<long long, std::string> statements_;  ///< All, by ordinal
  std::map<std::string, Announcement> dropped_;  ///< By month
  std::vector<Misfit> misfits_;
  Seal head_;  ///< The last seal that was checked
  std::size_t next_checkpoint_ = 0;
  long long right_until_ = 0;  ///< The chain's length at the last checkpoint that matches
  std::string complete_until_;
  std::set<long long> moved_;  ///< Rows that were reported as a sealed row with another id or time
};

}  // namespace podload::audit
