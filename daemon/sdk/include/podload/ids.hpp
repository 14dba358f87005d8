// Random identifiers from the system's generator, and their encodings. Any thread. random_bytes and new_uuid throw
// std::system_error if the system has no randomness.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace podload {

/// `count` random bytes.
std::string random_bytes(std::size_t count);

/// A random UUID (RFC 4122, version 4), lower case.
std::string new_uuid();

/// Whether `text` has the form of a UUID.
bool is_uuid(std::string_view text);

std::string hex(std::string_view bytes);
std::string base64url(std::string_view bytes);

/// Standard base64 with padding. decode_base64 returns false and empties `bytes` if `text` is not base64.
std::string base64(std::string_view bytes);
bool decode_base64(std::string_view text, std::string& bytes);

}  // namespace podload
