#include "podload/digest.hpp"

#include <sodium.h>

#include <stdexcept>

namespace podload {
namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string sha256(std::string_view text) {
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()), bytes_of(text), text.size());
  return digest;
}

std::string blake2b(std::string_view text, std::size_t bytes) {
  std::string digest(bytes, '\0');
  if (crypto_generichash(reinterpret_cast<unsigned char*>(digest.data()), bytes, bytes_of(text), text.size(), nullptr, 0) != 0)
    throw std::logic_error("blake2b() makes 16 to 64 bytes");
  return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string digest(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(text), text.size());
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace podload
