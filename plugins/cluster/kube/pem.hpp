// Checks certificates and keys in PEM before a connection is tried. The only code that uses that part of OpenSSL. Free
// functions; any thread.
#pragma once

#include <string>

#include "podload/secret.hpp"

namespace podload::cluster {

/// The number of certificates in the text; 0 if one is invalid or there is none.
int count_certificates(const std::string& pem);

enum class KeyState { fits, other_certificate, encrypted, damaged };

/// Whether the private key belongs to the (first) certificate.
KeyState check_key(const std::string& cert_pem, const Secret& key_pem);

}  // namespace podload::cluster
