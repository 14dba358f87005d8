// Operations for signing in and out, and for the caller's own account: parses, calls, replies.
#include <algorithm>
#include <cmath>

#include "parts.hpp"
#include "podload/error.hpp"
#include "sessions/session_token.hpp"
#include "tokens/api_token.hpp"

namespace podload::auth {
namespace {

Reply sign_in(Parts& parts, Request& request) {
  SignInAttempt attempt;
  attempt.username = text_member(request.body, "username");
  attempt.password = take_text(request.body, "password");
  attempt.user_agent = request.header("user-agent");
  attempt.old_token_hash = token_hash_of(request);
  attempt.from = AuditEntry::of(request);
  const SignedIn signed_in = parts.sign_in.run(attempt, parts.audit());
  const Principal& principal = signed_in.session.principal;
  Reply reply = Reply::json({{"success", true},
                             {"message", parts.host.say(request.language, "signed_in")},
                             {"username", principal.username},
                             {"must_change", !principal.barred.empty()},
                             {"permissions", parts.permissions(principal)}});
  reply.headers.emplace_back("Set-Cookie", cookie_with(signed_in.token, request));
  return reply;
}

Reply sign_out(Parts& parts, Request& request) {
  with_session(request);
  parts.sessions.forget(request);
  parts.sign_in.end(request.the_principal(), AuditEntry::of(request), parts.audit());
  parts.sessions.forget(request);  // another request may have cached it again meanwhile
  Reply reply = Reply::json({{"success", true}, {"message", parts.host.say(request.language, "signed_off")}});
  reply.headers.emplace_back("Set-Cookie", cookie_without_token(request));
  return reply;
}

/// The fields of both kinds of credential: the principal, the time left, and the end.
Json about(Parts& parts, const Principal& principal, int idle_seconds, double left_seconds, const std::string& expires_at) {
  return {{"username", principal.username},
          {"must_change", !principal.barred.empty()},
          {"permissions", parts.permissions(principal)},
          {"session",
           {{"idle_seconds", idle_seconds},
            {"idle_left_seconds", static_cast<int>(std::ceil(std::max(0.0, left_seconds)))},
            {"expires_at", expires_at}}}};
}

Reply current_user(Parts& parts, Request& request) {
  if (const auto bearer = bearer_hash_of(request)) {
    const auto token = parts.api_tokens.look(*bearer, request.address);
    if (!token) throw SignedOut();
    const int left = static_cast<int>(std::ceil(token->left_seconds));  // a token is never idle
    Json body = about(parts, token->principal, left, left, token->expires_at);
    body["token"] = {{"id", token->id}, {"name", token->name}, {"expires_at", token->expires_at}};
    return Reply::json(body);
  }
  const auto session = parts.sessions.look(request);
  if (!session) throw SignedOut();
  return Reply::json(about(parts, session->principal, parts.session_store.limits().idle_seconds,
                           session->idle_left_seconds, session->expires_at));
}

}  // namespace

void handle_sign_in(Parts& parts) {
  parts.host.handle("auth.login", [&parts](Request& request) { return sign_in(parts, request); });
  parts.host.handle("auth.logout", [&parts](Request& request) { return sign_out(parts, request); });
  parts.host.handle("auth.current_user", [&parts](Request& request) { return current_user(parts, request); });
}

}  // namespace podload::auth
