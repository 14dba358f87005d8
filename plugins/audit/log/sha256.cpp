#include "log/sha256.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace podload::audit {

std::string sha256(const std::string& text) {
  std::string digest(32, '\0');
  auto* const bytes = reinterpret_cast<unsigned char*>(digest.data());
  if (EVP_Digest(text.data(), text.size(), bytes, nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 failed");
  return digest;
}

}  // namespace podload::audit
