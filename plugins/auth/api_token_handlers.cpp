// Operations on API tokens, one's own and others': parses, calls ApiTokens, replies.
#include "parts.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/error.hpp"

namespace podload::auth {
namespace {

constexpr int kDays = 90;

Json row_of(const ApiToken& token, const ClusterNames& names) {
  Json row = {{"id", token.id},
              {"name", token.name},
              {"username", token.username},
              {"scope", level_name(token.scope.level)},
              {"created_at", token.created_at},
              {"expires_at", token.expires_at},
              {"expired", token.expired}};
  const Json scope = permissions_json(token.scope, names);
  for (const char* member : {"all_clusters", "clusters", "grants"}) row[member] = scope[member];
  if (!token.last_used_at.empty()) {
    row["last_used_at"] = token.last_used_at;
    row["last_used_from"] = token.last_used_from;
  }
  return row;
}

Reply list_of(Parts& parts, const std::string& user_id) {
  const ClusterNames names = parts.cluster_names();
  Json rows = Json::array();
  for (const ApiToken& token : parts.api_tokens.all(user_id)) rows.push_back(row_of(token, names));
  return Reply::json(rows);
}

Reply make(Parts& parts, Request& request) {
  const Principal& principal = with_session(request);
  // A cluster that the caller may not see counts as unknown, like one that does not exist.
  const ClusterNames names = parts.cluster_names().seen_by(principal);
  RequestedToken requested{text_member(request.body, "name"), permissions_of_new(requested_permissions(request.body, names)),
                   request.body.value("expires_in_days", kDays), take_text(request.body, "current_password")};
  requested.scope.level = level_of(text_member(request.body, "scope"));
  const MadeToken made = parts.api_tokens.make(principal, requested, names, parts.actor(request, Level::none), parts.audit());
  Json body = row_of(made.row, names);
  body["success"] = true;
  body["message"] = parts.say(request, "token_was_made");
  body["token"] = made.text.reveal();
  Reply reply = Reply::json(body);
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

Reply revoke(Parts& parts, Request& request, const std::string& owner, const Actor& actor) {
  parts.api_tokens.revoke(request.param("token"), owner, actor, parts.audit());
  return parts.done(parts.say(request, "token_was_revoked"));
}

}  // namespace

void handle_api_tokens(Parts& parts) {
  Host& host = parts.host;
  host.handle("auth.list_own_tokens",
              [&parts](Request& request) { return list_of(parts, with_session(request).user_id); });
  host.handle("auth.add_token", [&parts](Request& request) { return make(parts, request); });
  host.handle("auth.revoke_own_token", [&parts](Request& request) {
    return revoke(parts, request, with_session(request).user_id, parts.signed_in(request));
  });
  host.handle("auth.list_tokens", [&parts](Request&) { return list_of(parts, ""); });
  host.handle("auth.revoke_token",
              [&parts](Request& request) { return revoke(parts, request, "", parts.actor(request, Level::admin)); });
}

}  // namespace podload::auth
