// The chain in PostgreSQL: rows that wait for a seal, the seals, the checkpoints. Owned by the plugin; any thread.
// Throws what libpqxx throws; the host's Database translates it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chain/chain.hpp"
#include "podload/database.hpp"

namespace podload::audit {

/// A row that waits for its seal; `row` is empty if it was deleted meanwhile.
struct WaitingRow {
  long long id = 0;
  std::string at;
  std::optional<ChainRow> row;
};

/// The rows that wait for their seals.
struct WaitingRows {
  long long count = 0;
  double oldest_seconds = 0;  ///< The age of the oldest.
};

/// A seal, and its row if that still exists.
struct SealedRow {
  Seal seal;
  std::optional<ChainRow> row;
  bool imported = false;
};

/// A row without a seal, whether it waits for one or not.
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
  /// Whether this transaction is now the only one of all daemons that seals (or makes checkpoints).
  bool lock_sealing(Transaction& tx) const;
  bool lock_checkpoints(Transaction& tx) const;

  /// The last seal, or the chain's start.
  Seal head(Transaction& tx) const;
  /// At most `most` waiting rows with ids greater than `after`, in order of ids.
  std::vector<WaitingRow> waiting(Transaction& tx, long long after, int most) const;
  /// Takes a second at most; later statements of the transaction have that limit, too.
  WaitingRows waiting_rows(Transaction& tx) const;
  /// Adds the seals; their rows no longer wait.
  void add(Transaction& tx, const std::vector<Seal>& seals) const;

  /// The next `most` seals after that number, with their rows.
  std::vector<SealedRow> sealed(Transaction& tx, long long after, int most) const;
  /// Examines the next `most` rows after that position, in order of time; adds those without a seal to `found` and
  /// advances the position. False at the end of the log.
  bool unsealed(Transaction& tx, std::string& at, long long& id, int most, std::vector<UnsealedRow>& found) const;
  /// A row with this seal's id or time that has no seal and does not wait for one: probably the sealed row with its id
  /// or time changed.
  std::optional<ChainRow> moved(Transaction& tx, const Seal& seal) const;

  /// The time of the oldest waiting row, or now: every earlier row has its seal.
  std::string complete_until(Transaction& tx) const;
  std::string now(Transaction& tx) const;
  std::optional<StoredCheckpoint> last_checkpoint(Transaction& tx) const;
  std::vector<StoredCheckpoint> checkpoints(Transaction& tx, long long after, int most) const;
  void add(Transaction& tx, const StoredCheckpoint& checkpoint) const;
};

}  // namespace podload::audit
