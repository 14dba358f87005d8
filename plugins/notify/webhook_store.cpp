#include "webhook_store.hpp"

#include "podload/encoding.hpp"
#include "podload/error.hpp"
#include "podload/parse_json.hpp"

namespace podload::notify {
namespace {

const std::string kSelect =
    "SELECT id, name, format, encode(sealed, 'base64'), host, array_to_json(events), all_clusters, array_to_json(clusters), language, enabled, " +
    rfc3339_of("created_at") + ", created_by, coalesce(" + rfc3339_of("tried_at") + ", ''), error FROM notify.webhooks ";

std::vector<std::string> texts(const pqxx::field& field) { return parse_json(field.c_str()).get<std::vector<std::string>>(); }

Webhook from_row(const pqxx::row& row) {
  Webhook webhook;
  webhook.id = row[0].c_str();
  webhook.name = row[1].c_str();
  webhook.format = row[2].c_str();
  webhook.sealed = decode_base64(row[3].as<std::string>()).value_or("");
  webhook.host = row[4].c_str();
  webhook.events = texts(row[5]);
  webhook.all_clusters = row[6].as<bool>();
  webhook.cluster_ids = texts(row[7]);
  webhook.language = row[8].c_str();
  webhook.enabled = row[9].as<bool>();
  webhook.created_at = row[10].c_str();
  webhook.created_by = row[11].c_str();
  webhook.tried_at = row[12].c_str();
  webhook.error = row[13].c_str();
  return webhook;
}

template <class Work>
auto unless_taken(const Webhook& webhook, Work work) {
  try {
    return work();
  } catch (const pqxx::unique_violation&) {
    throw Error("webhook_exists", {{"name", webhook.name}});
  }
}

}  // namespace

std::vector<Webhook> WebhookStore::all(Transaction& tx) {
  std::vector<Webhook> webhooks;
  for (const auto& row : query(tx, kSelect + "ORDER BY name")) webhooks.push_back(from_row(row));
  return webhooks;
}

std::optional<Webhook> WebhookStore::find(Transaction& tx, const std::string& id) {
  const pqxx::result rows = query(tx, kSelect + "WHERE id = $1", id);
  return rows.empty() ? std::nullopt : std::optional(from_row(rows[0]));
}

void WebhookStore::add(Transaction& tx, const Webhook& webhook) {
  unless_taken(webhook, [&] {
    query(tx,
          "INSERT INTO notify.webhooks (id, name, format, sealed, host, events, all_clusters, clusters, language, enabled, created_by) VALUES"
          " ($1, $2, $3, decode($4, 'base64'), $5, ARRAY(SELECT jsonb_array_elements_text($6::jsonb)), $7,"
          " ARRAY(SELECT jsonb_array_elements_text($8::jsonb)::uuid), $9, $10, $11)",
          webhook.id, webhook.name, webhook.format, base64(webhook.sealed), webhook.host, print_json(webhook.events), webhook.all_clusters,
          print_json(webhook.cluster_ids), webhook.language, webhook.enabled, webhook.created_by);
    return true;
  });
}

bool WebhookStore::change(Transaction& tx, const Webhook& webhook) {
  return unless_taken(webhook, [&] {
    return query(tx,
                 "UPDATE notify.webhooks SET name = $2, format = $3, sealed = decode($4, 'base64'), host = $5,"
                 " events = ARRAY(SELECT jsonb_array_elements_text($6::jsonb)), all_clusters = $7,"
                 " clusters = ARRAY(SELECT jsonb_array_elements_text($8::jsonb)::uuid), language = $9, enabled = $10 WHERE id = $1",
                 webhook.id, webhook.name, webhook.format, base64(webhook.sealed), webhook.host, print_json(webhook.events),
                 webhook.all_clusters, print_json(webhook.cluster_ids), webhook.language, webhook.enabled)
               .affected_rows() > 0;
  });
}

bool WebhookStore::remove(Transaction& tx, const std::string& id) {
  return query(tx, "DELETE FROM notify.webhooks WHERE id = $1", id).affected_rows() > 0;
}

void WebhookStore::tried(Transaction& tx, const std::string& id, const std::string& error) {
  query(tx, "UPDATE notify.webhooks SET tried_at = clock_timestamp(), error = $2 WHERE id = $1", id, error);
}

}  // namespace podload::notify
