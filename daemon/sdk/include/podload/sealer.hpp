// Secrets as they lie in the database: AES-256-GCM under a key that is not there.
//
//   'P' | version (1) | key id (4) | nonce (12) | ciphertext | tag (16)
//
// The header, the purpose and the row's id are associated data: what is sealed opens only where it
// was put. Immutable; any thread.
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

  /// Throws Error{"sealed_by_other_key"}, or Error{"seal_broken"} for anything else that is not
  /// exactly what was sealed for that purpose and row.
  Secret open(std::string_view sealed, std::string_view purpose, std::string_view row_id) const;

 private:
  Secret key_;
  std::string header_;  ///< With the key's id: tells a wrong key from a damaged row.
};

}  // namespace podload
