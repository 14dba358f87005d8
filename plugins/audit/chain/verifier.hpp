// Walks the whole log along its chain and tells what was done to it behind podload's back. Reads only.
// Owned by the command that runs it; one thread. Throws what Database throws.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "log/audit_store.hpp"
#include "chain/checkpoint.hpp"
#include "chain/checkpoint_writer.hpp"
#include "podload/json.hpp"

namespace podload::audit {

/// Something that is wrong, as a code with words.
struct Fault {
  std::string code;
  Json args;
};

struct Verdict {
  long long rows = 0;         ///< Sealed rows that are there and were compared with their seals
  long long dropped = 0;      ///< Sealed rows that retention took out
  long long waiting = 0;      ///< Rows without a seal yet
  std::string waiting_since;  ///< The oldest of them
  long long checkpoints = 0;
  std::string last_checkpoint_at;
  long long anchored = 0;  ///< Checkpoints of the anchor that are in the database
  std::vector<Fault>
      faults;  ///< In the chain's order, then what is in no chain, then checkpoints; the first `kMostFaults`
  long long fault_count = 0;
};

class Verifier {
 public:
  static constexpr std::size_t kMostFaults = 1000;

  /// `allowances`: what the owner of the tables let retention take out, and since when.
  Verifier(Database& database, const ChainStore& store, const SigningKey& key, std::vector<Allowance> allowances)
      : database_(database), store_(store), key_(key), allowances_(std::move(allowances)) {}

  /// `anchor`: checkpoints that were kept outside the database.
  Verdict run(const std::vector<FiledCheckpoint>& anchor);

 private:
  /// A row that does not fit its seal.
  struct Misfit {
    std::size_t fault;  ///< Its place among the faults
    Seal seal;
    ChainRow row;
  };

  /// A signed statement that a month is taken out.
  struct Announcement {
    long long rows = 0;        ///< The chain's length then
    long long checkpoint = 0;  ///< Its ordinal
    bool explained = false;    ///< The owner of the tables allowed it then
    bool named = false;        ///< It was reported that it was not
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
  std::vector<Checkpoint> checkpoints_;          ///< Of the database, those rightly signed
  std::map<long long, std::string> statements_;  ///< By ordinal, all
  std::map<std::string, Announcement> dropped_;  ///< By month
  std::vector<Misfit> misfits_;
  Seal head_;  ///< The last seal that was looked at
  std::size_t next_checkpoint_ = 0;
  long long right_until_ = 0;  ///< The chain's length at the last checkpoint that fits
  std::string complete_until_;
  std::set<long long> moved_;  ///< Rows that were named as a sealed row with another id or time
};

}  // namespace podload::audit
