#include "sessions.hpp"

#include "podload/error.hpp"
#include "session_token.hpp"

namespace podload::auth {
namespace {

constexpr auto kMemory = std::chrono::milliseconds(1000);
constexpr auto kRenewAfter = kMemory / 2;
constexpr std::size_t kMost = 10000;

}  // namespace

std::optional<Principal> Sessions::authenticate(const Request& request) {
  auto session = look(request);
  if (!session) return std::nullopt;
  return std::move(session->principal);
}

std::optional<Session> Sessions::look(const Request& request) {
  const std::string key = token_hash_of(request);
  if (key.empty()) return std::nullopt;
  const SteadyTime now = clock_.steady();
  if (auto session = remembered(key, request.background, now)) return session;

  auto session = database_.transact([&](Transaction& tx) {
    auto found = store_.find_by_token(tx, key);
    if (found && !request.background) {
      store_.touch(tx, found->id);
      found->idle_left_seconds = store_.limits().idle_seconds;
    }
    return found;
  });
  if (session)
    remember(key, {*session, now, !request.background, false});
  else
    forget(request);
  return session;
}

std::optional<Session> Sessions::remembered(const std::string& key, bool background, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  const auto found = memory_.find(key);
  if (found == memory_.end() || now - found->second.read_at >= kMemory) return std::nullopt;
  // Activity must reach the database even where a background request was just answered.
  Remembered& entry = found->second;
  if (!background && !entry.touched) return std::nullopt;
  const SteadyTime::duration age = now - entry.read_at;
  if (age >= kRenewAfter && !entry.renewing) {
    entry.renewing = true;
    return std::nullopt;
  }
  Session session = entry.session;
  session.idle_left_seconds -= std::chrono::duration<double>(age).count();
  return session;
}

void Sessions::remember(const std::string& key, Remembered entry) {
  const std::lock_guard lock(mutex_);
  if (memory_.size() >= kMost) {
    std::erase_if(memory_, [&](const auto& item) { return entry.read_at - item.second.read_at >= kMemory; });
    if (memory_.size() >= kMost) memory_.clear();
  }
  memory_.insert_or_assign(key, std::move(entry));
}

void Sessions::forget(const Request& request) {
  const std::lock_guard lock(mutex_);
  memory_.erase(token_hash_of(request));
}

void Sessions::confirm(Transaction& tx, const Principal& principal, Level needed, std::string_view cluster_id,
                       std::string_view name_space) {
  const auto session = store_.find_by_id(tx, session_id(principal.credential));
  if (!session || session->principal.user_id != principal.user_id) throw Error("signed_out");
  check_permission(session->principal, needed, cluster_id, name_space);
}

void check_permission(const Principal& principal, Level needed, std::string_view cluster_id, std::string_view name_space) {
  const bool may = cluster_id.empty() ? principal.level >= needed : principal.may(needed, cluster_id, name_space);
  if (!may)
    throw Error("forbidden", {{"permission", level_name(needed)}, {"where", name_space.empty() ? "*" : name_space}});
}

}  // namespace podload::auth
