// The Ed25519 key that signs the log's checkpoints, made from a seed of the installation. Immutable; any thread. Throws
// std::invalid_argument for a seed that does not have 32 bytes.
#pragma once

#include <string>
#include <string_view>

#include "podload/secret.hpp"

using EVP_PKEY = struct evp_pkey_st;

namespace podload::audit {

class SigningKey {
 public:
  explicit SigningKey(const Secret& seed);
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  std::string sign(std::string_view text) const;  ///< 64 bytes
  bool verifies(std::string_view text, std::string_view signature) const;

  std::string public_pem() const;
  /// Identifies the key, and so the installation: 16 hexadecimal digits of its public key's SHA-256.
  const std::string& name() const { return name_; }

 private:
  EVP_PKEY* key_;
  std::string name_;
};

}  // namespace podload::audit
