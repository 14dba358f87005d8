// Rules for usernames and passwords. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "podload/error.hpp"
#include "podload/secret.hpp"

namespace podload::auth {

inline constexpr std::size_t kShortestPassword = 8;    // characters
inline constexpr std::size_t kLongestPassword = 1024;  // bytes: hashing must stay cheap

/// ASCII letters and digits, Chinese characters, and . _ @ + - except as the first: nothing that resembles another
/// character, cannot be in a path, or can be encoded in two ways.
bool is_username(std::string_view text);

/// Throws Error{"bad_username"}.
void check_username(std::string_view text);

/// Error{"unknown_user"} with the name cleaned for display, as it need not be a valid username.
Error unknown_user(const std::string& username);

struct PasswordPolicy {
  std::size_t minimum = kShortestPassword;  ///< characters
  bool weak = false;  ///< The operator's decision: any password that is neither empty nor too long is accepted.
};

/// Checks the length and a list of well-known passwords, not kinds of characters, which lead people to "Password1!".
/// Throws Error{"password_missing"}, Error{"password_too_long"}, Error{"password_too_short"},
/// Error{"password_is_username"} or Error{"password_too_common"}.
void check_password(const Secret& password, std::string_view username, const PasswordPolicy& policy);

}  // namespace podload::auth
