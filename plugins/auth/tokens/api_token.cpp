#include "tokens/api_token.hpp"

#include "podload/ids.hpp"
#include "podload/text.hpp"
#include "sessions/session_token.hpp"

namespace podload::auth {
namespace {

constexpr std::string_view kPrefix = "podload_";
constexpr std::string_view kCredentialPrefix = "token:";
constexpr std::string_view kScheme = "bearer";

bool is_bearer(std::string_view header) {
  if (lower_case(header.substr(0, kScheme.size())) != kScheme) return false;
  return header.size() == kScheme.size() || header[kScheme.size()] == ' ';
}

}  // namespace

Secret new_api_token() { return Secret(std::string(kPrefix) + new_token().reveal()); }

std::optional<std::string> bearer_hash_of(const Request& request) {
  std::string_view header = request.header("authorization");
  if (!is_bearer(header)) return std::nullopt;
  header.remove_prefix(kScheme.size());
  while (!header.empty() && header.front() == ' ') header.remove_prefix(1);
  const bool ours = header.starts_with(kPrefix) && could_be_token(header.substr(kPrefix.size()));
  return ours ? token_hash(header) : std::string();
}

std::string api_token_credential(const std::string& id) { return std::string(kCredentialPrefix) + id; }

std::string api_token_id(const std::string& credential) {
  const bool is_token = credential.starts_with(kCredentialPrefix);
  const std::string id = is_token ? credential.substr(kCredentialPrefix.size()) : std::string();
  return is_uuid(id) ? id : std::string();
}

}  // namespace podload::auth
