// Administrators' operations on users: parses, calls UserAdmin, replies.
#include "parts.hpp"

namespace podload::auth {
namespace {

Json row_of(const User& user, const ClusterNames& names) {
  Json row = {{"username", user.username},
              {"permissions", permissions_json(user.permissions, names)},
              {"disabled", user.disabled},
              {"must_change", user.must_change},
              {"created_at", user.created_at}};
  if (!user.last_sign_in.empty()) row["last_sign_in"] = user.last_sign_in;
  return row;
}

Reply list(Parts& parts) {
  const ClusterNames names = parts.cluster_names();
  Json rows = Json::array();
  for (const User& user : parts.user_admin.all()) rows.push_back(row_of(user, names));
  return Reply::json(rows);
}

Reply one(Parts& parts, Request& request) {
  return Reply::json(row_of(parts.user_admin.find(request.param("username")), parts.cluster_names()));
}

Reply add(Parts& parts, Request& request) {
  NewUser user{text_member(request.body, "username"), take_text(request.body, "password"),
               request.body.value("permissions", Json::object())};
  parts.user_admin.add(user, parts.cluster_names(), parts.actor(request, Level::admin), parts.audit());
  return parts.done(parts.say(request, "user_was_added", {{"username", user.username}}));
}

Reply update(Parts& parts, Request& request) {
  UserChange change;
  change.password = take_text(request.body, "password");
  const Json& body = request.body;
  if (body.contains("username")) change.username = text_member(body, "username");
  if (body.contains("permissions")) change.permissions = body["permissions"];
  if (body.contains("disabled")) change.disabled = body["disabled"].get<bool>();
  change.confirmed = body.value("confirm", false);
  change.revoke_tokens = body.value("revoke_tokens", false);
  const std::string& username = request.param("username");
  const Ended ended = parts.user_admin.update(username, change, parts.cluster_names(), parts.actor(request, Level::admin),
                                            parts.audit());
  const Json args = {{"username", change.username.value_or(username)}, {"sessions", ended.sessions}, {"tokens", ended.tokens}};
  return parts.done(parts.say(request, change.revoke_tokens ? "user_was_updated_with_tokens" : "user_was_updated", args));
}

Reply remove(Parts& parts, Request& request) {
  const std::string& username = request.param("username");
  parts.user_admin.remove(username, parts.cluster_names(), parts.actor(request, Level::admin), parts.audit());
  return parts.done(parts.say(request, "user_was_deleted", {{"username", username}}));
}

}  // namespace

void handle_users(Parts& parts) {
  parts.host.handle("auth.list_users", [&parts](Request&) { return list(parts); });
  parts.host.handle("auth.get_user", [&parts](Request& request) { return one(parts, request); });
  parts.host.handle("auth.add_user", [&parts](Request& request) { return add(parts, request); });
  parts.host.handle("auth.update_user", [&parts](Request& request) { return update(parts, request); });
  parts.host.handle("auth.delete_user", [&parts](Request& request) { return remove(parts, request); });
}

}  // namespace podload::auth
