// The chain in PostgreSQL: which rows wait for a seal, the seals, the checkpoints. Owned by the
// plugin; any thread. Throws what libpqxx throws; the host's Database translates it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chain/chain.hpp"
#include "podload/database.hpp"

namespace podload::audit {

/// A row that waits for its seal; without columns where it has gone meanwhile.
struct WaitingRow {
  long long id = 0;
  std::string at;
  std::optional<ChainRow> row;
};

/// A seal, and its row where that is still there.
struct SealedRow {
  Seal seal;
  std::optional<ChainRow> row;
  bool imported = false;
};

/// A row that neither has a seal nor waits for one, or one that waits.
struct UnsealedRow {
  long long id = 0;
  std::string at, username, action;
  bool waiting = false;
};

struct StoredCheckpoint {
  long long ordinal = 0;
  std::string statement;
  std::string signature;
};

class ChainStore {
 public:
  /// Whether this transaction is the only one of all daemons that seals (or makes checkpoints) now.
  bool lock_sealing(Transaction& tx) const;
  bool lock_checkpoints(Transaction& tx) const;

  /// The last seal; the chain's start where there is none.
  Seal head(Transaction& tx) const;
  /// At most `most` waiting rows with greater ids than `after`, in order of ids.
  std::vector<WaitingRow> waiting(Transaction& tx, long long after, int most) const;
  /// Adds the seals and takes their rows out of those that wait.
  void add(Transaction& tx, const std::vector<Seal>& seals) const;

  /// The next `most` seals after that number, with their rows.
  std::vector<SealedRow> sealed(Transaction& tx, long long after, int most) const;
  /// Looks at the next `most` rows after that position, in order of time; gives those without a seal
  /// and moves the position on. False at the end of the log.
  bool unsealed(Transaction& tx, std::string& at, long long& id, int most, std::vector<UnsealedRow>& found) const;
  /// A row that has either this id or this time and a seal of neither: what became of a sealed row
  /// whose id or time was changed.
  std::optional<ChainRow> moved(Transaction& tx, const Seal& seal) const;

  /// The time of the oldest row that waits, or now: every row of an earlier time has its seal.
  std::string complete_until(Transaction& tx) const;
  std::string now(Transaction& tx) const;
  std::optional<StoredCheckpoint> last_checkpoint(Transaction& tx) const;
  std::vector<StoredCheckpoint> checkpoints(Transaction& tx, long long after, int most) const;
  void add(Transaction& tx, const StoredCheckpoint& checkpoint) const;
};

}  // namespace podload::audit
