// Text forms of bytes. Free functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace podload {

/// Two lower-case hexadecimal digits per byte.
std::string hex(std::string_view bytes);

/// Base64 with padding (RFC 4648, section 4).
std::string base64(std::string_view bytes);
/// Base64 for URLs, without padding (RFC 4648, section 5).
std::string base64url(std::string_view bytes);

/// The bytes; nothing if `text` is not padded base64. Line ends, spaces and the bits after the last
/// byte are ignored.
std::optional<std::string> decode_base64(std::string_view text);
/// The bytes; nothing if `text` is not base64 for URLs without padding.
std::optional<std::string> decode_base64url(std::string_view text);

/// Percent-encodes one path segment or query value: all but the unreserved characters (RFC 3986, section 2.3).
std::string percent_encode(std::string_view text);
/// Replaces each percent escape by its byte; nothing if a percent sign is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace podload
