// Random identifiers from the system's generator. Any thread. Throws std::system_error where the
// system has no randomness.
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

/// Standard base64, with padding; nothing decoded from what is not base64 (an empty optional).
std::string base64(std::string_view bytes);
bool decode_base64(std::string_view text, std::string& bytes);

}  // namespace podload
