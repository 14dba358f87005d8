#include "podload_testing/certificates.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

#include "podload/ids.hpp"

namespace podload::testing {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using X509Cert = std::unique_ptr<X509, decltype(&X509_free)>;

void check(bool fine) {
  if (!fine) throw std::runtime_error("OpenSSL could not make a test certificate");
}

template <class Write>
std::string pem(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
  check(write(bio.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

void add_extension(X509* cert, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  check(extension != nullptr);
  X509_add_ext(cert, extension, -1);
  X509_EXTENSION_free(extension);
}

X509Cert make(EVP_PKEY* key, const CertificateOptions& options, X509* issuer, EVP_PKEY* issuer_key) {
  X509Cert cert(X509_new(), &X509_free);
  X509_set_version(cert.get(), 2);
  const std::string serial = random_bytes(8);
  std::uint64_t number = 0;
  for (const char c : serial) number = number << 8U | static_cast<unsigned char>(c);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert.get()), number);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), 86400L * options.starts_in_days);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 86400L * options.ends_in_days);
  X509_set_pubkey(cert.get(), key);
  X509_NAME* name = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(options.common_name.c_str()),
                             -1, -1, 0);
  X509* signer = issuer != nullptr ? issuer : cert.get();
  X509_set_issuer_name(cert.get(), X509_get_subject_name(signer));
  add_extension(cert.get(), signer, NID_basic_constraints, issuer == nullptr ? "critical,CA:TRUE" : "CA:FALSE");
  std::string names;
  for (const std::string& each : options.names) names += (names.empty() ? "" : ",") + each;
  if (!names.empty()) add_extension(cert.get(), signer, NID_subject_alt_name, names);
  check(X509_sign(cert.get(), issuer_key != nullptr ? issuer_key : key, EVP_sha256()) > 0);
  return cert;
}

std::string cert_text(X509* cert) {
  return pem([&](BIO* bio) { return PEM_write_bio_X509(bio, cert); });
}

}  // namespace

struct Authority::Keys {
  Key key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  X509Cert cert{nullptr, &X509_free};
  std::string cert_pem;
};

Authority::Authority(const std::string& name) : keys_(std::make_unique<Keys>()) {
  check(keys_->key != nullptr);
  CertificateOptions options;
  options.common_name = name;
  keys_->cert = make(keys_->key.get(), options, nullptr, nullptr);
  keys_->cert_pem = cert_text(keys_->cert.get());
}

Authority::~Authority() = default;

const std::string& Authority::cert_pem() const { return keys_->cert_pem; }

Certificate Authority::issue(const CertificateOptions& options) const {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  check(key != nullptr);
  const X509Cert cert = make(key.get(), options, keys_->cert.get(), keys_->key.get());
  return {cert_text(cert.get()), pem([&](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace podload::testing
