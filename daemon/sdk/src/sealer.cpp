#include "podload/sealer.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

#include "podload/error.hpp"
#include "podload/ids.hpp"

namespace podload {
namespace {

constexpr std::size_t kKeyBytes = 32, kKeyIdBytes = 4, kHeaderBytes = 2 + kKeyIdBytes, kNonceBytes = 12, kTagBytes = 16;
constexpr char kVersion = 1;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
int size(std::string_view text) { return static_cast<int>(text.size()); }

void must(int result) {
  if (result != 1) throw std::runtime_error("AES-256-GCM failed");
}

std::string key_id(const Secret& key) {
  std::string digest(32, '\0');
  unsigned length = 0;
  const std::string text = "podload key id" + key.reveal();
  must(EVP_Digest(text.data(), text.size(), bytes(digest), &length, EVP_sha256(), nullptr));
  return digest.substr(0, kKeyIdBytes);
}

std::string associated(std::string_view header, std::string_view purpose, std::string_view row_id) {
  std::string data(header);
  data.append(purpose).push_back('\0');
  return data.append(row_id);
}

}  // namespace

Sealer::Sealer(Secret key) : key_(std::move(key)) {
  if (key_.reveal().size() != kKeyBytes) throw std::invalid_argument("a sealing key has 32 bytes");
  header_ = std::string{'P', kVersion} + key_id(key_);
}

std::string Sealer::seal(const Secret& plain, std::string_view purpose, std::string_view row_id) const {
  const std::string nonce = random_bytes(kNonceBytes), data = associated(header_, purpose, row_id);
  std::string ciphertext(plain.reveal().size(), '\0'), tag(kTagBytes, '\0');
  const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int length = 0;
  must(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key_.reveal()), bytes(nonce)));
  must(EVP_EncryptUpdate(context.get(), nullptr, &length, bytes(data), size(data)));
  must(EVP_EncryptUpdate(context.get(), bytes(ciphertext), &length, bytes(plain.reveal()), size(plain.reveal())));
  must(EVP_EncryptFinal_ex(context.get(), bytes(ciphertext) + length, &length));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()));
  return header_ + nonce + ciphertext + tag;
}

Secret Sealer::open(std::string_view sealed, std::string_view purpose, std::string_view row_id) const {
  if (sealed.size() < kHeaderBytes + kNonceBytes + kTagBytes || sealed[0] != 'P' || sealed[1] != kVersion) throw Error("seal_broken");
  if (sealed.substr(0, kHeaderBytes) != header_) throw Error("sealed_by_other_key");
  const std::string_view nonce = sealed.substr(kHeaderBytes, kNonceBytes);
  const std::string_view ciphertext = sealed.substr(kHeaderBytes + kNonceBytes, sealed.size() - kHeaderBytes - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes)), plain(ciphertext.size(), '\0');
  const std::string data = associated(header_, purpose, row_id);
  const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int length = 0;
  must(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key_.reveal()), bytes(nonce)));
  must(EVP_DecryptUpdate(context.get(), nullptr, &length, bytes(data), size(data)));
  must(EVP_DecryptUpdate(context.get(), bytes(plain), &length, bytes(ciphertext), size(ciphertext)));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()));
  Secret opened(std::move(plain));  // wiped if the tag does not match
  int rest = 0;
  unsigned char none = 0;
  if (EVP_DecryptFinal_ex(context.get(), &none, &rest) != 1) throw Error("seal_broken");
  return opened;
}

}  // namespace podload
