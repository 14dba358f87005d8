#include "session_token.hpp"

#include <sodium.h>

#include <algorithm>

#include "podload/ids.hpp"

namespace podload::auth {
namespace {

constexpr std::size_t kBytes = 32;
constexpr std::size_t kCharacters = 43;  // of 32 bytes in base64url

std::string_view cookie_name(bool tls) { return tls ? "__Host-podload" : "podload"; }

std::string cookie(std::string_view value, bool tls) {
  return std::string(cookie_name(tls)).append("=").append(value).append("; Path=/; HttpOnly; SameSite=Strict") +
         (tls ? "; Secure" : "");
}

}  // namespace

bool could_be_token(std::string_view text) {
  const auto fits = [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  };
  return text.size() == kCharacters && std::all_of(text.begin(), text.end(), fits);
}

Secret new_token() { return Secret(base64url(random_bytes(kBytes))); }

std::string token_hash(std::string_view token) {
  std::string hash(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()),
                     reinterpret_cast<const unsigned char*>(token.data()), token.size());
  return hash;
}

std::string token_hash_of(const Request& request) {
  const std::string_view token = request.cookie(cookie_name(request.tls));
  return could_be_token(token) ? token_hash(token) : std::string();
}

std::string cookie_with(const Secret& token, bool tls) { return cookie(token.reveal(), tls); }

std::string cookie_without_token(bool tls) { return cookie("", tls) + "; Max-Age=0"; }

}  // namespace podload::auth
