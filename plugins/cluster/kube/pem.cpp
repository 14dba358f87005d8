#include "kube/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace podload::cluster {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Bio open(const std::string& text) { return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free}; }

Certificate next(BIO* bio) { return {PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), &X509_free}; }

/// Never asks on the terminal, as OpenSSL would by default; records that it would have asked.
int no_passphrase(char*, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

}  // namespace

int count_certificates(const std::string& pem) {
  const Bio bio = open(pem);
  int count = 0;
  while (next(bio.get())) ++count;
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return at_end ? count : 0;
}

KeyState check_key(const std::string& cert_pem, const Secret& key_pem) {
  const Bio key_bio = open(key_pem.reveal());
  bool encrypted = false;
  const Key key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, &no_passphrase, &encrypted), &EVP_PKEY_free);
  const Bio cert_bio = open(cert_pem);
  const Certificate certificate = next(cert_bio.get());
  const bool fits = key && certificate && X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (encrypted) return KeyState::encrypted;
  if (!key || !certificate) return KeyState::damaged;
  return fits ? KeyState::fits : KeyState::other_certificate;
}

}  // namespace podload::cluster
