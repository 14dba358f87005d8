// Argon2id. Only this class and session_token.cpp use libsodium. Its only state are its parameters; any thread. A run
// takes the memory in Cost and about 20 ms of CPU: see Slots.
#pragma once

#include <cstddef>
#include <string>

#include "podload/metrics.hpp"
#include "podload/secret.hpp"

namespace podload::auth {

class PasswordHasher {
 public:
  struct Cost {
    std::size_t memory_bytes = 19U << 20;
    unsigned long long passes = 2;
  };

  /// `times` gets how long each run takes; it may be null. Throws std::runtime_error if libsodium cannot start.
  explicit PasswordHasher(Cost cost, Histogram* times = nullptr);

  /// Salted, and includes its parameters. Throws std::bad_alloc if memory runs out.
  std::string hash(const Secret& password) const;

  /// Takes the same time for a right and a wrong password. `of_sha256`: the hash was made from the password's
  /// sha256_hex().
  bool fits(const Secret& password, const std::string& hash, bool of_sha256 = false) const;

  /// Whether the hash was made with other parameters than the current ones.
  bool is_outdated(const std::string& hash) const;

  /// A hash that no password fits, of the usual cost: for users who do not exist.
  const std::string& nobodys() const noexcept { return nobodys_; }

 private:
  const Cost cost_;
  Histogram* const times_;
  std::string nobodys_;
};

/// In lower case, as the predecessor stored passwords.
Secret sha256_hex(const Secret& text);

}  // namespace podload::auth
