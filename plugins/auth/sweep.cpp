// The plugin's periodic work.
#include "parts.hpp"

namespace podload::auth {
namespace {

constexpr std::size_t kSweptAtOnce = 200;
constexpr int kMostKnownSources = 20000;

}  // namespace

void sweep(Parts& parts) {
  AuditLog* const log = parts.host.want<AuditLog>();
  std::size_t ended = 0;
  do {
    ended = parts.host.database().transact([&](Transaction& tx) {
      const auto sessions = parts.session_store.end_run_out(tx, static_cast<int>(kSweptAtOnce));
      for (const EndedSession& session : sessions) {
        AuditEntry entry;
        entry.action = "session_expired";
        entry.outcome = "ok";
        entry.username = session.username;
        entry.user_id = session.user_id;
        entry.credential = session_credential(session.id);
        entry.address = session.address;
        entry.resource = "user/" + session.username;
        entry.details = {{"code", "session_" + session.why}};
        if (log != nullptr) log->record(tx, entry);
      }
      return sessions.size();
    });
  } while (ended == kSweptAtOnce);
  while (log != nullptr && parts.sign_in.tell_floods(*log) > 0) {
  }
  parts.known_sources.replace(
      parts.host.database().transact([&](Transaction& tx) { return parts.sign_in_store.known_sources(tx, kMostKnownSources); }));
  parts.host.database().transact([&](Transaction& tx) {
    parts.session_store.forget_old(tx);
    parts.sign_in_store.forget_old(tx);
    parts.api_token_store.forget_old(tx);
  });
}

}  // namespace podload::auth
