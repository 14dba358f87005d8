// Makes checkpoints, one daemon at a time, and copies all of them to a file outside the database. Owned by the plugin;
// each function on one thread at a time. Throws what Database throws.
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

  /// Makes a checkpoint and returns it; nothing if no row was sealed since the last one or another daemon is making
  /// one. With `months` it is made even if nothing is new, because retention needs it.
  std::optional<StoredCheckpoint> make(const std::vector<std::string>& months = {}) const;

  /// Appends the checkpoints that the file lacks, so that every daemon's file is complete. Throws
  /// Error{"checkpoint_file_failed"}, and Error{"checkpoints_disagree"} if the file's last one is not in the database:
  /// then one of the two was tampered with or restored from a backup.
  void copy_to(const std::filesystem::path& file) const;

 private:
  Database& database_;
  const ChainStore& store_;
  const SigningKey& key_;
};

/// A line of a file of checkpoints, with its number.
struct FiledCheckpoint {
  int line = 0;
  std::optional<StoredCheckpoint> checkpoint;  ///< Nothing: the line is invalid.
};

/// Throws Error{"file_unreadable"}.
std::vector<FiledCheckpoint> read_checkpoint_file(const std::filesystem::path& file);

}  // namespace podload::audit
