// A checkpoint: a signed statement of the length of the log's chain at a time, and of its last hash. It is also kept
// outside the database, because a chain cannot reveal that its own end is missing. Value type and free functions; any
// thread; they throw nothing of their own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chain/chain_store.hpp"
#include "chain/signing_key.hpp"

namespace podload::audit {

struct Checkpoint {
  long long ordinal = 0;  ///< 1, 2, 3 without gaps
  std::string at;
  std::string installation;  ///< The signing key's name
  long long rows = 0;        ///< Number of sealed rows: the last seal's number
  std::string hash;          ///< The last seal's, in hexadecimal
  long long last_row = 0;    ///< The last seal's row
  std::string last_row_at;
  std::string complete_until;       ///< Every row of an earlier time had its seal.
  std::vector<std::string> months;  ///< "2025-01": months whose rows retention deletes now.
};

StoredCheckpoint signed_by(const SigningKey& key, const Checkpoint& checkpoint);

/// Parses a statement; nothing if it is not a checkpoint. Does not check the signature.
std::optional<Checkpoint> read_statement(const std::string& statement);

/// One line of text, to be kept outside the database: the signature in base64, a space, the statement.
std::string line_of(const StoredCheckpoint& checkpoint);
std::optional<StoredCheckpoint> read_line(std::string_view line);

}  // namespace podload::audit
