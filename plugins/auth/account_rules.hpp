// What a username and a password must be. Pure functions; any thread.
#pragma once

#include <string_view>

#include "podload/secret.hpp"

namespace podload::auth {

inline constexpr std::size_t kShortestPassword = 8;     // characters
inline constexpr std::size_t kLongestPassword = 1024;   // bytes: hashing must stay cheap

/// Letters and digits of ASCII, Chinese characters, and . _ @ + - after the first: nothing that
/// looks like something else, cannot stand in a path, or is written in two ways.
bool is_username(std::string_view text);

/// Throws Error{"bad_username"}.
void check_username(std::string_view text);

/// Throws Error{"password_too_short"} (unless `weak` ones will do) or Error{"password_too_long"};
/// Error{"password_missing"} for an empty one.
void check_password(const Secret& password, bool weak);

}  // namespace podload::auth
