// Argon2id: the one home of libsodium, together with session_token.cpp. Holds no state but its
// parameters; any thread. A run takes its memory and some 20 ms of a processor: see Slots.
#pragma once

#include <cstddef>
#include <string>

#include "podload/secret.hpp"

namespace podload::auth {

class PasswordHasher {
 public:
  struct Cost {
    std::size_t memory_bytes = 19U << 20;
    unsigned long long passes = 2;
  };

  /// Throws std::runtime_error where libsodium cannot start.
  explicit PasswordHasher(Cost cost);

  /// Salted; carries its parameters. Throws std::bad_alloc without memory.
  std::string hash(const Secret& password) const;

  /// Takes the time that it takes whether it fits or not. `of_sha256`: the hash was made of the
  /// password's sha256_hex().
  bool fits(const Secret& password, const std::string& hash, bool of_sha256 = false) const;

  /// Whether the hash was made with other parameters than those of today.
  bool is_outdated(const std::string& hash) const;

  /// A hash that no password fits, as costly as any: for users who do not exist.
  const std::string& nobodys() const noexcept { return nobodys_; }

 private:
  const Cost cost_;
  std::string nobodys_;
};

/// In lower case: what the predecessor kept of a password.
Secret sha256_hex(const Secret& text);

}  // namespace podload::auth
