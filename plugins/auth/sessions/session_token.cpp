#include "sessions/session_token.hpp"

#include <algorithm>

#include "podload/digest.hpp"
#include "podload/encoding.hpp"
#include "podload/ids.hpp"

namespace podload::auth {
namespace {

constexpr std::size_t kBytes = 32;
constexpr std::size_t kCharacters = 43;  // of 32 bytes in base64url

constexpr std::size_t kLongestSuffix = 32;

bool is_token_character(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

std::string cookie_name(const Request& request) {
  const std::string name = request.tls ? "__Host-podload" : "podload";
  const std::string_view suffix = request.header("x-podload-cookie");
  const bool fits = !suffix.empty() && suffix.size() <= kLongestSuffix && std::all_of(suffix.begin(), suffix.end(), is_token_character);
  return fits ? name + "-" + std::string(suffix) : name;
}

std::string cookie(std::string_view value, const Request& request) {
  return cookie_name(request).append("=").append(value).append("; Path=/; HttpOnly; SameSite=Strict") +
         (request.tls ? "; Secure" : "");
}

}  // namespace

bool could_be_token(std::string_view text) {
  return text.size() == kCharacters && std::all_of(text.begin(), text.end(), is_token_character);
}

Secret new_token() { return Secret(base64url(random_bytes(kBytes))); }

std::string token_hash(std::string_view token) { return sha256(token); }

std::string token_hash_of(const Request& request) {
  const std::string_view token = request.cookie(cookie_name(request));
  return could_be_token(token) ? token_hash(token) : std::string();
}

std::string cookie_with(const Secret& token, const Request& request) { return cookie(token.reveal(), request); }

std::string cookie_without_token(const Request& request) { return cookie("", request) + "; Max-Age=0"; }

}  // namespace podload::auth
