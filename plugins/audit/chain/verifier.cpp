#include "chain/verifier.hpp"

#include <algorithm>
#include <utility>

#include "chain/retention.hpp"
#include "podload/clock.hpp"
#include "podload/encoding.hpp"
#include "podload/error.hpp"

namespace podload::audit {
namespace {

constexpr int kBatch = 5000;
constexpr std::size_t kMostMisfits = 200;  // among which swaps are searched
constexpr long long kSearched = 20;        // faults for which the row is searched elsewhere

/// How late a row may become visible to the sealer: longer than any of the daemon's transactions may last (a statement
/// has five seconds, and half a minute may pass between two statements).
constexpr auto kLate = std::chrono::minutes(2);

Json row_args(long long id, const std::string& at) { return {{"id", id}, {"at", at}}; }

/// Whether a row of time `at`, sealed after everything before `complete_until`, is later than kLate allows.
bool is_late(const std::string& at, const std::string& complete_until) {
  const auto row = parse_rfc3339(at), complete = parse_rfc3339(complete_until);
  return row && complete && *row < *complete - kLate;
}

}  // namespace

void Verifier::fault(std::string code, Json args) {
  ++verdict_.fault_count;
  if (verdict_.faults.size() < kMostFaults) verdict_.faults.push_back({std::move(code), std::move(args)});
}

Verdict Verifier::run(const std::vector<FiledCheckpoint>& anchor) {
  // The order matters while the daemon is running: a checkpoint that was read covers seals that exist.
  std::vector<Fault> about_checkpoints;
  read_checkpoints(about_checkpoints);
  walk_chain();
  name_swaps();
  look_for_unsealed();
  for (Fault& one : about_checkpoints) fault(std::move(one.code), std::move(one.args));
  compare_with(anchor);
  return std::move(verdict_);
}

void Verifier::read_checkpoints(std::vector<Fault>& faults) {
  long long expected = 1, after = 0;
  for (;;) {
    const auto batch = database_.transact([&](Transaction& tx) { return store_.checkpoints(tx, after, kBatch); });
    if (batch.empty()) return;
    for (const StoredCheckpoint& stored : batch) {
      for (; expected < stored.ordinal; ++expected)
        faults.push_back({"verify_checkpoint_missing", {{"checkpoint", expected}}});
      expected = stored.ordinal + 1;
      statements_[stored.ordinal] = stored.statement;
      const auto checkpoint = read_statement(stored.statement);
      if (!checkpoint || checkpoint->ordinal != stored.ordinal || !key_.verifies(stored.statement, stored.signature)) {
        faults.push_back({"verify_checkpoint_forged", {{"checkpoint", stored.ordinal}}});
        continue;
      }
      for (const std::string& month : checkpoint->months) {
        const int kept = months_allowed(allowances_, checkpoint->at);
        dropped_[month] = {checkpoint->rows, checkpoint->ordinal, kept > 0 && older_than(month, kept, checkpoint->at), false};
      }
      verdict_.last_checkpoint_at = checkpoint->at;
      ++verdict_.checkpoints;
      checkpoints_.push_back(*checkpoint);
    }
    after = batch.back().ordinal;
  }
}

void Verifier::walk_chain() {
  head_ = chain_start();
  for (;;) {
    const auto batch = database_.transact([&](Transaction& tx) { return store_.sealed(tx, head_.number, kBatch); });
    if (batch.empty()) break;
    for (const SealedRow& sealed : batch) {
      const Seal before = head_;
      head_ = sealed.seal;
      look_at(sealed, before);
      compare_with_checkpoints(sealed.seal);
    }
  }
  if (checkpoints_.empty() || checkpoints_.back().rows <= head_.number) return;
  const Checkpoint& last = checkpoints_.back();
  fault("verify_end_missing", {{"from", head_.number + 1},
                               {"to", last.rows},
                               {"after", head_.row_id},
                               {"id", last.last_row},
                               {"at", last.last_row_at},
                               {"checkpoint", last.ordinal}});
}

void Verifier::look_at(const SealedRow& sealed, const Seal& before) {
  const Seal& seal = sealed.seal;
  if (seal.number != before.number + 1)
    fault("verify_seals_missing",
          {{"from", before.number + 1}, {"to", seal.number - 1}, {"after", before.row_id}, {"before", seal.row_id}});
  else if (seal.hash != hash_after(before, seal.digest))
    fault("verify_seal_changed",
          {{"number", seal.number}, {"id", seal.row_id}, {"at", seal.row_at}, {"previous", before.row_id}});

  if (!sealed.row) {
    look_for_row(seal);
    return;
  }
  ++verdict_.rows;
  if (digest_of(sealed.row->columns) != seal.digest) {
    fault("verify_row_changed", row_args(seal.row_id, seal.row_at));
    if (verdict_.faults.size() < kMostFaults && misfits_.size() < kMostMisfits)
      misfits_.push_back({verdict_.faults.size() - 1, seal, *sealed.row});
  } else if (!sealed.imported && is_late(seal.row_at, complete_until_)) {
    Json args = row_args(seal.row_id, seal.row_at);
    args["complete_until"] = complete_until_;
    fault("verify_row_backdated", std::move(args));
  }
}

void Verifier::look_for_row(const Seal& seal) {
  const auto dropped = dropped_.find(seal.row_at.substr(0, 7));
  if (dropped != dropped_.end() && seal.number <= dropped->second.rows) {
    ++verdict_.dropped;
    if (!dropped->second.explained && !std::exchange(dropped->second.named, true))
      fault("verify_month_unexplained", {{"month", dropped->first}, {"checkpoint", dropped->second.checkpoint}});
    return;
  }
  Json args = row_args(seal.row_id, seal.row_at);
  // A search by id reads the whole log: done for the first faults only; the others have the same cause.
  const auto moved = verdict_.fault_count < kSearched ? find_moved(seal) : std::nullopt;
  if (!moved) return fault("verify_row_removed", std::move(args));
  moved_.insert(moved->id);
  args["now_id"] = moved->id;
  args["now_at"] = moved->at;
  fault("verify_row_moved", std::move(args));
}

std::optional<ChainRow> Verifier::find_moved(const Seal& seal) {
  try {
    return database_.transact([&](Transaction& tx) { return store_.moved(tx, seal); });
  } catch (const DatabaseUnavailable&) {  // the log is too long to be searched in a statement's time
    return std::nullopt;
  }
}

void Verifier::compare_with_checkpoints(const Seal& seal) {
  for (; next_checkpoint_ < checkpoints_.size() && checkpoints_[next_checkpoint_].rows <= seal.number;
       ++next_checkpoint_) {
    const Checkpoint& checkpoint = checkpoints_[next_checkpoint_];
    if (checkpoint.rows == seal.number && checkpoint.hash != hex(seal.hash))
      fault("verify_chain_rewritten", {{"from", right_until_ + 1},
                                       {"to", seal.number},
                                       {"id", seal.row_id},
                                       {"at", seal.row_at},
                                       {"checkpoint", checkpoint.ordinal},
                                       {"checkpoint_at", checkpoint.at}});
    else if (checkpoint.rows == seal.number)
      right_until_ = seal.number;
    complete_until_ = std::max(complete_until_, checkpoint.complete_until);  // never becomes untrue later
  }
}

void Verifier::name_swaps() {
  for (const Misfit& one : misfits_)
    for (const Misfit& other : misfits_) {
      if (one.seal.number == other.seal.number) continue;
      std::vector<Column> columns = other.row.columns;  // its contents with the id and time of `one`
      columns[0] = one.row.columns[0];
      columns[1] = one.row.columns[1];
      if (digest_of(columns) != one.seal.digest) continue;
      Fault& named = verdict_.faults[one.fault];
      named.code = "verify_rows_swapped";
      named.args["other"] = other.seal.row_id;
      break;
    }
}

void Verifier::look_for_unsealed() {
  std::string at = "1970-01-01T00:00:00Z";
  long long id = 0;
  std::vector<UnsealedRow> found;
  for (bool more = true; more;) {
    found.clear();
    more = database_.transact([&](Transaction& tx) {
      found.clear();  // a transaction may run again
      return store_.unsealed(tx, at, id, kBatch, found);
    });
    for (const UnsealedRow& row : found) {
      if (row.waiting) {
        if (++verdict_.waiting == 1) verdict_.waiting_since = row.at;
      } else if (!moved_.contains(row.id)) {
        fault("verify_row_inserted",
              {{"id", row.id}, {"at", row.at}, {"username", row.username}, {"action", row.action}});
      }
    }
  }
  for (long long after = 0;;) {
    const auto rows = database_.transact([&](Transaction& tx) { return store_.waiting(tx, after, kBatch); });
    if (rows.empty()) return;
    after = rows.back().id;
    for (const WaitingRow& row : rows)
      if (!row.row) fault("verify_row_removed", row_args(row.id, row.at));
  }
}

void Verifier::compare_with(const std::vector<FiledCheckpoint>& anchor) {
  for (const FiledCheckpoint& filed : anchor) {
    if (!filed.checkpoint || !key_.verifies(filed.checkpoint->statement, filed.checkpoint->signature)) {
      fault("verify_anchor_unreadable", {{"line", filed.line}});
      continue;
    }
    const auto statement = read_statement(filed.checkpoint->statement);
    const auto stored = statements_.find(statement->ordinal);
    if (stored != statements_.end() && stored->second == filed.checkpoint->statement) {
      ++verdict_.anchored;
      continue;
    }
    const Json args = {{"checkpoint", statement->ordinal}, {"checkpoint_at", statement->at}, {"rows", statement->rows},
                       {"id", statement->last_row},        {"at", statement->last_row_at},   {"from", head_.number + 1},
                       {"after", head_.row_id}};
    fault(statement->rows > head_.number ? "verify_anchor_cut" : "verify_anchor_differs", args);
  }
}

}  // namespace podload::audit
