// Random identifiers from the system's generator. Any thread. random_bytes and new_uuid throw std::runtime_error if the
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

}  // namespace podload
