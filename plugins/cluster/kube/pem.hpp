// Certificates and keys as text: whether they are what they should be, found before a connection
// is tried. The one home of that part of OpenSSL. Free functions; any thread.
#pragma once

#include <string>

#include "podload/secret.hpp"

namespace podload::cluster {

/// How many certificates the text holds; 0 for what is none or is damaged.
int count_certificates(const std::string& pem);

enum class KeyState { fits, other_certificate, encrypted, damaged };

/// Whether the private key is that of the (first) certificate.
KeyState check_key(const std::string& cert_pem, const Secret& key_pem);

}  // namespace podload::cluster
