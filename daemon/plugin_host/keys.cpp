#include "plugin_host/keys.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "podload/error.hpp"
#include "podload/files.hpp"

namespace podload {
namespace {

constexpr std::size_t kKeyBytes = 32;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& what) {
  throw Error("no_key", {{"file", file.string()}, {"what", what}});
}

}  // namespace

Secret read_key_file(const std::filesystem::path& file) {
  struct stat status{};
  if (stat(file.c_str(), &status) != 0) refuse(file, std::strerror(errno));
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) refuse(file, "only its owner may have access; chmod 0400");
  Secret key(read_file(file));
  if (key.reveal().size() != kKeyBytes) refuse(file, "it must have exactly 32 bytes");
  return key;
}

Secret derive_key(const Secret& master, std::string_view purpose) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr), EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free);
  std::string digest = "SHA256", info(purpose), key = master.reveal();
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  std::string derived(kKeyBytes, '\0');
  const int done = EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(derived.data()), derived.size(), params);
  const Secret wipes_the_copy(std::move(key));
  if (done != 1) throw Error("no_key", {{"file", "?"}, {"what", "HKDF failed"}});
  return Secret(std::move(derived));
}

}  // namespace podload
