// Chains the log's rows with SHA-256 hashes: a digest over all columns of a row, and a hash over the previous hash, the
// place in the chain and that digest. The computation must never change, because it is compared with stored values.
// Pure functions and value types; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace podload::audit {

using Column = std::optional<std::string>;  ///< Nothing: NULL.

/// A row with all its columns as text, in the order of ChainStore's list: id and at are the first two.
struct ChainRow {
  long long id = 0;
  std::string at;  ///< RFC 3339, UTC, microseconds
  std::vector<Column> columns;
};

/// A row's place in the chain.
struct Seal {
  long long number = 0;
  long long row_id = 0;
  std::string row_at;
  std::string digest;  ///< 32 bytes
  std::string hash;    ///< 32 bytes
};

/// The predecessor of the first seal.
Seal chain_start();

std::string digest_of(const std::vector<Column>& columns);

/// The hash of the seal after `before`.
std::string hash_after(const Seal& before, const std::string& digest);

/// The seal that follows `before`, of that row.
Seal seal_after(const Seal& before, const ChainRow& row);

}  // namespace podload::audit
