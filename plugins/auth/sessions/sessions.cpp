#include "sessions/sessions.hpp"

#include "sessions/session_token.hpp"

namespace podload::auth {

std::optional<Session> Sessions::look(const Request& request) {
  const std::string key = token_hash_of(request);
  if (key.empty()) return std::nullopt;
  const SteadyTime now = clock_.steady();
  // Activity must reach the database even if a background request has filled the cache.
  const auto will_do = [&](const CachedSession& cached) { return request.background || cached.touched; };
  if (auto found = cache_.find(key, now, will_do)) {
    Session session = std::move(found->value.session);
    session.idle_left_seconds -= std::chrono::duration<double>(found->age).count();
    return session;
  }

  auto session = database_.transact([&](Transaction& tx) {
    auto found = store_.find_by_token(tx, key);
    if (found && !request.background) {
      store_.touch(tx, found->id);
      found->idle_left_seconds = store_.limits().idle_seconds;
    }
    return found;
  });
  if (session)
    cache_.put(key, {*session, !request.background}, now);
  else
    cache_.forget(key);
  return session;
}

void Sessions::forget(const Request& request) { cache_.forget(token_hash_of(request)); }

}  // namespace podload::auth
