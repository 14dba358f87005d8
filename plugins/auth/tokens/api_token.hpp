// The text of an API token, and how a request carries it. Pure functions apart from the randomness; any thread.
#pragma once

#include <optional>
#include <string>

#include "podload/request.hpp"
#include "podload/secret.hpp"

namespace podload::auth {

/// "podload_" and 256 random bits in base64url; the prefix lets scanners find leaked tokens.
Secret new_api_token();

/// The hash of the request's bearer token; empty if the token cannot be one of podload's; nothing if the request has no
/// bearer token.
std::optional<std::string> bearer_hash_of(const Request& request);

/// The token's name as a credential in the log, and the reverse (empty for other credentials).
std::string api_token_credential(const std::string& id);
std::string api_token_id(const std::string& credential);

}  // namespace podload::auth
