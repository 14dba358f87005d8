// The installation's key file, and keys derived from it. Any thread.
#pragma once

#include <filesystem>
#include <string_view>

#include "podload/secret.hpp"

namespace podload {

/// The 32 bytes of the key file. Throws Error{"no_key"} if it is missing, has another length, or others than its owner
/// may read it.
Secret read_key_file(const std::filesystem::path& file);

/// A 32-byte key for `purpose` (HKDF-SHA256, RFC 5869, no salt, the purpose as info).
Secret derive_key(const Secret& master, std::string_view purpose);

}  // namespace podload
