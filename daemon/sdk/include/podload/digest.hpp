// SHA-256 (FIPS 180-4) and HMAC-SHA256 (RFC 2104), as 32 bytes. Free functions; any thread.
#pragma once

#include <string>
#include <string_view>

namespace podload {

std::string sha256(std::string_view text);

/// Of `text` with a key of any length.
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace podload
