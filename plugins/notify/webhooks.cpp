#include "webhooks.hpp"

#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload/parse_json.hpp"
#include "webhook_store.hpp"

namespace podload::notify {
namespace {

Json described(const Webhook& webhook) {
  return {{"name", webhook.name},     {"format", webhook.format},     {"host", webhook.host}, {"events", webhook.events}, {"all_clusters", webhook.all_clusters},
          {"clusters", webhook.cluster_ids}, {"language", webhook.language}, {"enabled", webhook.enabled}};
}

[[noreturn]] void unknown() { throw Error("unknown_webhook"); }

}  // namespace

std::vector<Webhook> Webhooks::all() {
  return database_.transact([](Transaction& tx) { return WebhookStore::all(tx); });
}

Webhook Webhooks::find(const std::string& id) {
  if (!is_uuid(id)) unknown();
  auto found = database_.transact([&](Transaction& tx) { return WebhookStore::find(tx, id); });
  if (!found) unknown();
  return std::move(*found);
}

void Webhooks::apply(const WebhookInput& input, Webhook& webhook) const {
  const auto set = [](auto& member, const auto& value) {
    if (value) member = *value;
  };
  set(webhook.name, input.name);
  if (input.format && chats_.find(*input.format) == nullptr)
    throw Error("unknown_webhook_format", {{"format", *input.format}, {"known", chats_.names()}});
  set(webhook.format, input.format);
  set(webhook.language, input.language);
  set(webhook.events, input.events);
  set(webhook.enabled, input.enabled);
  set(webhook.cluster_ids, input.cluster_ids);
  if (input.all_clusters || input.cluster_ids) webhook.all_clusters = input.all_clusters;
  if (!input.url) return;
  webhook.host = check_url(*input.url, exceptions_).host;
  const Json target = {{"url", *input.url}, {"secret", input.secret.reveal()}};
  webhook.sealed = sealer_.seal(Secret(print_json(target)), kTargetPurpose, webhook.id);
}

Webhook Webhooks::add(const WebhookInput& input, const Actor& actor, AuditLog& audit) {
  AuditEntry entry = actor.entry;
  entry.resource = "webhook/" + input.name.value_or("");
  return changes_.logged(entry, audit, [&] {
    Webhook webhook;
    webhook.id = new_uuid();
    webhook.created_by = actor.entry.username;
    apply(input, webhook);
    entry.outcome = "ok";
    entry.details["after"] = described(webhook);
    database_.transact([&](Transaction& tx) {
      actor.confirm(tx);
      WebhookStore::add(tx, webhook);
      audit.record(tx, entry);
    });
    return webhook;
  });
}

Webhook Webhooks::change(const std::string& id, const WebhookInput& input, const Actor& actor, AuditLog& audit) {
  Webhook webhook = find(id);
  AuditEntry entry = actor.entry;
  entry.resource = "webhook/" + webhook.name;
  return changes_.logged(entry, audit, [&] {
    entry.details["before"] = described(webhook);
    apply(input, webhook);
    entry.details["after"] = described(webhook);
    if (input.url) entry.details["new_url"] = true;
    entry.outcome = "ok";
    database_.transact([&](Transaction& tx) {
      actor.confirm(tx);
      if (!WebhookStore::change(tx, webhook)) unknown();
      audit.record(tx, entry);
    });
    return webhook;
  });
}

void Webhooks::remove(const std::string& id, const Actor& actor, AuditLog& audit) {
  const Webhook webhook = find(id);
  AuditEntry entry = actor.entry;
  entry.resource = "webhook/" + webhook.name;
  changes_.logged(entry, audit, [&] {
    entry.outcome = "ok";
    entry.details["before"] = described(webhook);
    database_.transact([&](Transaction& tx) {
      actor.confirm(tx);
      if (!WebhookStore::remove(tx, id)) unknown();
      audit.record(tx, entry);
    });
  });
}

void Webhooks::tested(const Webhook& webhook, const std::string& problem, const Actor& actor, AuditLog& audit) {
  AuditEntry entry = actor.entry;
  entry.resource = "webhook/" + webhook.name;
  entry.outcome = problem.empty() ? "ok" : "failed";
  if (!problem.empty()) entry.details["problem"] = problem;
  database_.transact([&](Transaction& tx) {
    actor.confirm(tx);
    audit.record(tx, entry);
  });
}

Target Webhooks::target(const Webhook& webhook) const {
  const Secret opened = sealer_.open(webhook.sealed, kTargetPurpose, webhook.id);
  const Json target = parse_json(opened.reveal());
  return {Secret(text_member(target, "url")), Secret(text_member(target, "secret"))};
}

}  // namespace podload::notify
