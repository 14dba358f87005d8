// A session's token: the value of the browser's cookie, and its hash, which is stored. Pure functions apart from the
// randomness; any thread.
//
// Cookies ignore ports: two installations on one host would sign out each other's users. So nginx adds to each request
// a suffix for the names of this installation's cookie (X-Podload-Cookie, never the client's own).
#pragma once

#include <string>
#include <string_view>

#include "podload/request.hpp"
#include "podload/secret.hpp"

namespace podload::auth {

/// 256 random bits in base64url.
Secret new_token();

/// SHA-256, 32 bytes. The token is random enough to need nothing slower.
std::string token_hash(std::string_view token);

/// Whether the text has the form of new_token().
bool could_be_token(std::string_view text);

/// The hash of the token in the request's cookie; empty if there is none that could be a token.
std::string token_hash_of(const Request& request);

/// The value of Set-Cookie. Over TLS the name has the prefix for which browsers require Secure, Path=/ and no other
/// host; plain HTTP, which is for loopback only, does not allow that.
std::string cookie_with(const Secret& token, const Request& request);
std::string cookie_without_token(const Request& request);

}  // namespace podload::auth
