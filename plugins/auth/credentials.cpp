#include "credentials.hpp"

#include <map>
#include <set>
#include <utility>

#include "podload/error.hpp"
#include "tokens/api_token.hpp"

namespace podload::auth {

std::optional<Principal> Credentials::authenticate(const Request& request) {
  if (const auto bearer = bearer_hash_of(request)) {
    auto token = tokens_.look(*bearer, request.address);
    return token ? std::optional(std::move(token->principal)) : std::nullopt;
  }
  auto session = sessions_.look(request);
  return session ? std::optional(std::move(session->principal)) : std::nullopt;
}

std::vector<std::optional<Principal>> Credentials::current(const std::vector<Principal>& principals) {
  std::set<std::string> sessions, tokens;  // one person may have many streams
  for (const Principal& principal : principals) {
    if (std::string id = api_token_id(principal.credential); !id.empty())
      tokens.insert(std::move(id));
    else if (id = session_id(principal.credential); !id.empty())
      sessions.insert(std::move(id));
  }
  std::map<std::string, Principal> now;  // by credential
  database_.transact([&](Transaction& tx) {
    if (!sessions.empty())
      for (Session& found : session_store_.find_by_ids(tx, {sessions.begin(), sessions.end()}))
        now[found.principal.credential] = std::move(found.principal);
    if (!tokens.empty())
      for (LivingToken& found : token_store_.find_by_ids(tx, {tokens.begin(), tokens.end()}))
        now[found.principal.credential] = std::move(found.principal);
  });
  std::vector<std::optional<Principal>> current;
  current.reserve(principals.size());
  for (const Principal& principal : principals) {
    const auto found = now.find(principal.credential);
    current.push_back(found == now.end() ? std::nullopt : std::optional(found->second));
  }
  return current;
}

Principal Credentials::principal_now(Transaction& tx, const Principal& principal) const {
  std::optional<Principal> now;
  if (const std::string token = api_token_id(principal.credential); !token.empty()) {
    if (auto found = token_store_.find_by_id(tx, token)) now = std::move(found->principal);
  } else if (auto found = session_store_.find_by_id(tx, session_id(principal.credential))) {
    now = std::move(found->principal);
  }
  if (!now || now->user_id != principal.user_id) throw SignedOut();
  return std::move(*now);
}

void Credentials::confirm(Transaction& tx, const Principal& principal, Level needed, std::string_view cluster_id,
                          std::string_view name_space) {
  const Principal now = principal_now(tx, principal);
  if (!now.barred.empty()) throw Error(now.barred);
  check_permission(now, needed, cluster_id, name_space);
}

void Credentials::confirm_signed_in(Transaction& tx, const Principal& principal) const { principal_now(tx, principal); }

void check_permission(const Principal& principal, Level needed, std::string_view cluster_id,
                      std::string_view name_space) {
  const bool may = cluster_id.empty() ? principal.level >= needed : principal.may(needed, cluster_id, name_space);
  if (!may) throw Forbidden(level_name(needed), name_space.empty() ? "*" : name_space);
}

}  // namespace podload::auth
