#include "users/password_hasher.hpp"

#include <sodium.h>

#include <array>
#include <chrono>
#include <new>

#include "podload/digest.hpp"
#include "podload/encoding.hpp"
#include "podload/ids.hpp"

namespace podload::auth {
namespace {

/// Measures while it lives.
class Stopwatch {
 public:
  explicit Stopwatch(Histogram* times) : times_(times) {}
  ~Stopwatch() {
    if (times_ != nullptr) times_->observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count());
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  Histogram* const times_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace

PasswordHasher::PasswordHasher(Cost cost, Histogram* times) : cost_(cost), times_(times) {
  nobodys_ = hash(Secret(random_bytes(32)));
}

std::string PasswordHasher::hash(const Secret& password) const {
  const Stopwatch stopwatch(times_);
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const std::string& bytes = password.reveal();
  if (crypto_pwhash_str_alg(text.data(), bytes.data(), bytes.size(), cost_.passes, cost_.memory_bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  return text.data();
}

bool PasswordHasher::fits(const Secret& password, const std::string& hash, bool of_sha256) const {
  const Stopwatch stopwatch(times_);
  const Secret hashed = of_sha256 ? sha256_hex(password) : password;
  const std::string& bytes = hashed.reveal();
  return crypto_pwhash_str_verify(hash.c_str(), bytes.data(), bytes.size()) == 0;
}

Secret sha256_hex(const Secret& text) {
  return Secret(hex(sha256(text.reveal())));
}

bool PasswordHasher::is_outdated(const std::string& hash) const {
  return crypto_pwhash_str_needs_rehash(hash.c_str(), cost_.passes, cost_.memory_bytes) != 0;
}

}  // namespace podload::auth
