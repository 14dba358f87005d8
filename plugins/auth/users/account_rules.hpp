// What a username and a password must be. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "podload/error.hpp"
#include "podload/secret.hpp"

namespace podload::auth {

inline constexpr std::size_t kShortestPassword = 8;    // characters
inline constexpr std::size_t kLongestPassword = 1024;  // bytes: hashing must stay cheap

/// Letters and digits of ASCII, Chinese characters, and . _ @ + - after the first: nothing that
/// looks like something else, cannot stand in a path, or is written in two ways.
bool is_username(std::string_view text);

/// Throws Error{"bad_username"}.
void check_username(std::string_view text);

/// Error{"unknown_user"} with the name fit to be shown: it need be no username.
Error unknown_user(const std::string& username);

struct PasswordPolicy {
  std::size_t minimum = kShortestPassword;  ///< characters
  bool weak = false;  ///< The operator's own word: any password but an empty or endless one will do.
};

/// By length and a list of well-known ones, not by kinds of characters: those make people write
/// "Password1!". Throws Error{"password_missing"}, Error{"password_too_long"}, Error{"password_too_short"},
/// Error{"password_is_username"} or Error{"password_too_common"}.
void check_password(const Secret& password, std::string_view username, const PasswordPolicy& policy);

}  // namespace podload::auth
