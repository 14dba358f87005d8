#include "users/password_hasher.hpp"

#include <sodium.h>

#include <array>
#include <new>

#include "podload/digest.hpp"
#include "podload/encoding.hpp"
#include "podload/ids.hpp"

namespace podload::auth {

PasswordHasher::PasswordHasher(Cost cost) : cost_(cost) {
  nobodys_ = hash(Secret(random_bytes(32)));
}

std::string PasswordHasher::hash(const Secret& password) const {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const std::string& bytes = password.reveal();
  if (crypto_pwhash_str_alg(text.data(), bytes.data(), bytes.size(), cost_.passes, cost_.memory_bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  return text.data();
}

bool PasswordHasher::fits(const Secret& password, const std::string& hash, bool of_sha256) const {
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
