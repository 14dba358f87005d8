// SHA-256 (FIPS 180-4) and HMAC-SHA256 (RFC 2104), as 32 bytes; BLAKE2b (RFC 7693). Free functions; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace podload {

std::string sha256(std::string_view text);

/// Of 16 to 64 bytes: for the comparison of texts where speed counts.
std::string blake2b(std::string_view text, std::size_t bytes);

/// Of `text` with a key of any length.
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace podload
