#include "handlers.hpp"

#include "podload/authenticator.hpp"
#include "podload/error.hpp"

namespace podload::notify {
namespace {

std::optional<std::string> text(const Json& body, const char* name) {
  return body.contains(name) ? std::optional(text_member(body, name)) : std::nullopt;
}

}  // namespace

WebhookInput Handlers::input_of(Json& body) const {
  WebhookInput input;
  input.name = text(body, "name");
  input.format = text(body, "format");
  input.language = text(body, "language");
  input.url = text(body, "url");
  input.secret = take_text(body, "secret");
  if (!input.secret.empty() && !input.url) throw Error("webhook_secret_alone");
  if (body.contains("events")) input.events = body.at("events").get<std::vector<std::string>>();
  if (body.contains("enabled")) input.enabled = body.at("enabled").get<bool>();
  const auto clusters = body.find("clusters");
  if (clusters == body.end()) return input;
  input.all_clusters = clusters->is_null();
  input.cluster_ids.emplace();
  for (const Json& name : *clusters) {
    const auto cluster = clusters_.find(name.get<std::string>());
    if (!cluster) throw Error("unknown_cluster", {{"cluster", name}});
    input.cluster_ids->push_back(cluster->id);
  }
  return input;
}

Json Handlers::shown(const Webhook& webhook) const {
  Json clusters;
  if (!webhook.all_clusters) {
    clusters = Json::array();
    for (const std::string& id : webhook.cluster_ids)
      if (const auto cluster = clusters_.find_id(id)) clusters.push_back(cluster->name);
  }
  return {{"id", webhook.id},           {"name", webhook.name},         {"format", webhook.format},
          {"host", webhook.host},       {"events", webhook.events},     {"clusters", clusters},
          {"language", webhook.language}, {"enabled", webhook.enabled}, {"created_at", webhook.created_at},
          {"created_by", webhook.created_by}, {"tried_at", webhook.tried_at.empty() ? Json() : Json(webhook.tried_at)}, {"error", webhook.error}};
}

Reply Handlers::list(const Request&) {
  Json rows = Json::array();
  for (const Webhook& webhook : webhooks_.all()) rows.push_back(shown(webhook));
  return Reply::json(rows);
}

Reply Handlers::add(Request& request) { return Reply::json(shown(webhooks_.add(input_of(request.body), actor(request), audit()))); }

Reply Handlers::change(Request& request) {
  return Reply::json(shown(webhooks_.change(request.param("webhook"), input_of(request.body), actor(request), audit())));
}

Reply Handlers::remove(const Request& request) {
  webhooks_.remove(request.param("webhook"), actor(request), audit());
  return Reply::json({{"success", true}, {"message", host_.say(request.language, "webhook_deleted")}});
}

Reply Handlers::test(const Request& request) {
  const Webhook webhook = webhooks_.find(request.param("webhook"));
  const std::string problem = sender_.test(webhook);
  webhooks_.tested(webhook, problem, actor(request), audit());
  if (!problem.empty()) throw Error("webhook_failed", {{"name", webhook.name}, {"what", problem}});
  return Reply::json({{"success", true}, {"message", host_.say(request.language, "webhook_tested", {{"name", webhook.name}})}});
}

Reply Handlers::formats(const Request& request) {
  Json rows = Json::array();
  for (const Chat& chat : chats_.all())
    rows.push_back({{"name", chat.name}, {"title", text_member(chat.title, request.language)}, {"signs", chat.sign.in != Chat::Signature::In::none}});
  return Reply::json(rows);
}

Actor Handlers::actor(const Request& request) const {
  auto* const authenticator = host_.want<Authenticator>();
  if (authenticator == nullptr) throw Error("no_authenticator");
  return {AuditEntry::of(request), [authenticator, principal = request.the_principal()](Transaction& tx) {
            authenticator->confirm(tx, principal, Level::admin, {}, {});
          }};
}

AuditLog& Handlers::audit() const {
  auto* const log = host_.want<AuditLog>();
  if (log == nullptr) throw Error("no_audit_log");
  return *log;
}

}  // namespace podload::notify
