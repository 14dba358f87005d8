// Encrypts secrets for the database: AES-256-GCM with a key that is not stored there.
//
//   'P' | version (1) | key id (4) | nonce (12) | ciphertext | tag (16)
//
// The header, the purpose and the row's id are associated data: a sealed value opens only in the row and for the
// purpose that it was sealed for. Immutable; any thread.
#pragma once

#include <string>
#include <string_view>

#include "podload/secret.hpp"

namespace podload {

class Sealer {
 public:
  /// `key` has 32 bytes; throws std::invalid_argument otherwise.
  explicit Sealer(Secret key);

  std::string seal(const Secret& plain, std::string_view purpose, std::string_view row_id) const;

  /// Throws Error{"sealed_by_other_key"}, or Error{"seal_broken"} for any other text that was not sealed for exactly
  /// that purpose and row.
  Secret open(std::string_view sealed, std::string_view purpose, std::string_view row_id) const;

 private:
  Secret key_;
  std::string header_;  ///< With the key's id, which distinguishes a wrong key from a damaged row.
};

}  // namespace podload
