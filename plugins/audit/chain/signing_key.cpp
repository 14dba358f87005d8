#include "chain/signing_key.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <stdexcept>

#include "podload/digest.hpp"
#include "podload/encoding.hpp"

namespace podload::audit {
namespace {

constexpr std::size_t kSeedBytes = 32, kPublicBytes = 32, kSignatureBytes = 64;

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void must(int result) {
  if (result != 1) throw std::runtime_error("Ed25519 failed");
}

}  // namespace

SigningKey::SigningKey(const Secret& seed) {
  if (seed.reveal().size() != kSeedBytes) throw std::invalid_argument("a signing key's seed must have 32 bytes");
  key_ = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(seed.reveal()), kSeedBytes);
  must(key_ != nullptr ? 1 : 0);
  std::string raw(kPublicBytes, '\0');
  std::size_t length = raw.size();
  must(EVP_PKEY_get_raw_public_key(key_, bytes(raw), &length));
  name_ = hex(sha256(raw)).substr(0, 16);
}

SigningKey::~SigningKey() { EVP_PKEY_free(key_); }

std::string SigningKey::sign(std::string_view text) const {
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(kSignatureBytes, '\0');
  std::size_t length = signature.size();
  must(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_));
  must(EVP_DigestSign(context.get(), bytes(signature), &length, bytes(text), text.size()));
  return signature;
}

bool SigningKey::verifies(std::string_view text, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  must(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_));
  return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
}

std::string SigningKey::public_pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
  must(PEM_write_bio_PUBKEY(memory.get(), key_));
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace podload::audit
