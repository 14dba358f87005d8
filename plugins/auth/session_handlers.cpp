// Operations on sessions, one's own and others', and on one's own password: parses, calls, replies.
#include "parts.hpp"

namespace podload::auth {
namespace {

Reply list_of(const std::vector<LivingSession>& sessions, const Principal& principal) {
  const std::string current = session_id(principal.credential);
  Json rows = Json::array();
  for (const LivingSession& session : sessions)
    rows.push_back({{"id", session.id},
                    {"username", session.username},
                    {"address", session.address},
                    {"user_agent", session.user_agent},
                    {"created_at", session.created_at},
                    {"last_seen", session.last_seen},
                    {"current", session.id == current}});
  return Reply::json(rows);
}

Reply change_password(Parts& parts, Request& request) {
  AuditEntry entry = AuditEntry::of(request);
  entry.resource = "user/" + request.the_principal().username;
  const bool revoke_tokens = request.body.value("revoke_tokens", false);
  const Ended ended = parts.own_password.change(request.the_principal(), take_text(request.body, "current_password"),
                                                take_text(request.body, "new_password"), revoke_tokens, entry,
                                                parts.audit());
  parts.sessions.forget(request);  // the cached session may still say that it had to be changed
  return parts.done(parts.say(request, revoke_tokens ? "own_password_changed_with_tokens" : "own_password_changed",
                              {{"sessions", ended.sessions}, {"tokens", ended.tokens}}));
}

Reply end_own(Parts& parts, Request& request) {
  const Principal& principal = with_session(request);
  parts.session_admin.end(request.param("session"), principal.user_id, parts.signed_in(request), parts.audit());
  parts.sessions.forget(request);
  return parts.done(parts.say(request, "session_was_ended"));
}

Reply end_any(Parts& parts, Request& request) {
  parts.session_admin.end(request.param("session"), "", parts.actor(request, Level::admin), parts.audit());
  return parts.done(parts.say(request, "session_was_ended"));
}

Reply end_all(Parts& parts, Request& request) {
  const std::string& username = request.param("username");
  const int ended = parts.session_admin.end_all(username, parts.actor(request, Level::admin), parts.audit());
  return parts.done(parts.say(request, "sessions_were_ended", {{"username", username}, {"sessions", ended}}));
}

}  // namespace

void handle_sessions(Parts& parts) {
  Host& host = parts.host;
  host.handle("auth.change_password", [&parts](Request& request) { return change_password(parts, request); });
  host.handle("auth.list_own_sessions", [&parts](Request& request) {
    const Principal& principal = with_session(request);
    return list_of(parts.session_admin.of(principal.user_id), principal);
  });
  host.handle("auth.end_own_session", [&parts](Request& request) { return end_own(parts, request); });
  host.handle("auth.list_sessions", [&parts](Request& request) {
    return list_of(parts.session_admin.all(std::string(request.query_value("username"))), request.the_principal());
  });
  host.handle("auth.end_session", [&parts](Request& request) { return end_any(parts, request); });
  host.handle("auth.end_sessions_of", [&parts](Request& request) { return end_all(parts, request); });
}

}  // namespace podload::auth
