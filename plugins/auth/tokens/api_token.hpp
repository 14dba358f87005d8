// An API token's text and where a request carries it. Pure functions but for the randomness; any thread.
#pragma once

#include <optional>
#include <string>

#include "podload/request.hpp"
#include "podload/secret.hpp"

namespace podload::auth {

/// "podload_" and 256 random bits, base64url: found by who searches for secrets that leaked.
Secret new_api_token();

/// The hash of the bearer token of the request; empty where it has one that cannot be ours; nothing
/// where it has none.
std::optional<std::string> bearer_hash_of(const Request& request);

/// What a token is called as a credential in the log, and back (empty for any other).
std::string api_token_credential(const std::string& id);
std::string api_token_id(const std::string& credential);

}  // namespace podload::auth
