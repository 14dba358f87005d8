// Makes checkpoints, one daemon at a time, and keeps the copy of all of them in a file outside the
// database. Owned by the plugin; each function on one thread at a time. Throws what Database throws.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "chain/checkpoint.hpp"

namespace podload::audit {

class CheckpointWriter {
 public:
  CheckpointWriter(Database& database, const ChainStore& store, const SigningKey& key)
      : database_(database), store_(store), key_(key) {}

  /// The checkpoint that was made; nothing where no row was sealed since the last one or another
  /// daemon is at it. With `months` one is made also when nothing is new: retention stands on it.
  std::optional<StoredCheckpoint> make(const std::vector<std::string>& months = {}) const;

  /// Appends to the file what the database has and it has not, so that every daemon's file is whole.
  /// Throws Error{"checkpoint_file_failed"}, and Error{"checkpoints_disagree"} where the file's last
  /// one is not in the database: then one of the two was tampered with or put back from a backup.
  void copy_to(const std::filesystem::path& file) const;

 private:
  Database& database_;
  const ChainStore& store_;
  const SigningKey& key_;
};

/// A line of a file of checkpoints, with its number.
struct FiledCheckpoint {
  int line = 0;
  std::optional<StoredCheckpoint> checkpoint;  ///< Nothing: the line is none.
};

/// Throws Error{"file_unreadable"}.
std::vector<FiledCheckpoint> read_checkpoint_file(const std::filesystem::path& file);

}  // namespace podload::audit
