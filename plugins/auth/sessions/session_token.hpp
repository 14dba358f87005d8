// A session's token: what the browser has in its cookie, and the hash of it that is stored. Pure
// functions but for the randomness; any thread.
//
// Cookies know no ports: two installations on one host would sign each other's users out. So nginx says with each
// request (X-Podload-Cookie, never the client's own) what the names of this installation's cookie end in.
#pragma once

#include <string>
#include <string_view>

#include "podload/request.hpp"
#include "podload/secret.hpp"

namespace podload::auth {

/// 256 random bits, base64url.
Secret new_token();

/// SHA-256, 32 bytes. The token has so much randomness that nothing slower is needed.
std::string token_hash(std::string_view token);

/// Whether the text has the form of new_token().
bool could_be_token(std::string_view text);

/// The hash of the token in the request's cookie; empty without one that could be a token.
std::string token_hash_of(const Request& request);

/// The values of Set-Cookie. Over TLS the name has the prefix that makes browsers insist on
/// Secure, Path=/ and no other host; over plain HTTP, which is for loopback alone, it cannot.
std::string cookie_with(const Secret& token, const Request& request);
std::string cookie_without_token(const Request& request);

}  // namespace podload::auth
