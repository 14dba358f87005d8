#include "house/people.hpp"

#include "podload/error.hpp"
#include "podload/ids.hpp"

namespace podload::testing {
namespace {

constexpr std::string_view kScheme = "Bearer ";

}  // namespace

std::string People::id_of(const std::string& username) {
  const MutexLock lock(mutex_);
  const auto [at, added] = ids_.try_emplace(username);
  if (added) at->second = new_uuid();
  return at->second;
}

std::string People::sign_in(Principal principal, bool ended) {
  const MutexLock lock(mutex_);
  principal.credential = "session-" + std::to_string(sessions_.size() + 1);
  const std::string token = principal.credential;
  sessions_[token] = {std::move(principal), ended};
  return std::string(kScheme) + token;
}

std::optional<Principal> People::authenticate(const Request& request) {
  const std::string_view header = request.header("authorization");
  if (!header.starts_with(kScheme)) return std::nullopt;
  const MutexLock lock(mutex_);
  const auto found = sessions_.find(header.substr(kScheme.size()));
  return found == sessions_.end() ? std::nullopt : std::optional(found->second.principal);
}

void People::sign_out(const std::string& username) {
  const MutexLock lock(mutex_);
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.principal.username == username; });
}

std::vector<std::optional<Principal>> People::current(const std::vector<Principal>& principals) {
  const MutexLock lock(mutex_);
  std::vector<std::optional<Principal>> now;
  for (const Principal& principal : principals) {
    const auto found = sessions_.find(principal.credential);
    now.push_back(found == sessions_.end() ? std::nullopt : std::optional(found->second.principal));
  }
  return now;
}

void People::confirm(Transaction&, const Principal& principal, Level needed, std::string_view cluster_id,
                     std::string_view name_space) {
  {
    const MutexLock lock(mutex_);
    const auto found = sessions_.find(principal.credential);
    if (found == sessions_.end() || found->second.ended) throw SignedOut();
  }
  const bool may = cluster_id.empty() ? principal.level >= needed : principal.may(needed, cluster_id, name_space);
  if (!may) throw Forbidden(level_name(needed), name_space.empty() ? "*" : name_space);
}

}  // namespace podload::testing
