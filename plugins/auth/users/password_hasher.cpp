#include "users/password_hasher.hpp"

#include <sodium.h>

#include <array>
#include <new>
#include <stdexcept>

#include "podload/ids.hpp"

namespace podload::auth {

PasswordHasher::PasswordHasher(Cost cost) : cost_(cost) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
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
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  const std::string& bytes = text.reveal();
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size());
  return Secret(hex(digest));
}

bool PasswordHasher::is_outdated(const std::string& hash) const {
  return crypto_pwhash_str_needs_rehash(hash.c_str(), cost_.passes, cost_.memory_bytes) != 0;
}

}  // namespace podload::auth
