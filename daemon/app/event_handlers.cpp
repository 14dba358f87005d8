#include "app/event_handlers.hpp"

#include "plugin_host/delivery_store.hpp"
#include "podload/audit_log.hpp"
#include "podload/authenticator.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

constexpr int kShown = 100;

Json shown(const Delivery& delivery) {
  const Event& event = delivery.event;
  return {{"id", event.id},           {"event", event.name},      {"at", event.at},           {"plugin", delivery.subscriber}, {"attempts", event.attempt},
          {"due_at", delivery.due_at}, {"error", delivery.error}, {"given_up", delivery.given_up}, {"data", event.data}};
}

Reply list(Database& database) {
  return database.transact([](Transaction& tx) {
    const auto [waiting, given_up] = DeliveryStore::counts(tx);
    Json failing = Json::array();
    for (const Delivery& delivery : DeliveryStore::failing(tx, kShown)) failing.push_back(shown(delivery));
    return Reply::json({{"waiting", waiting}, {"given_up", given_up}, {"failing", failing}});
  });
}

/// Applies one change to all given-up events and writes its log row.
Reply change(PluginHost& host, Database& database, const Request& request, int (*work)(Transaction&), const char* words) {
  const Dispatcher::Parts parts = host.parts();  // the dispatcher has checked that both exist
  const int count = database.transact([&](Transaction& tx) {
    parts.authenticator->confirm(tx, request.the_principal(), Level::admin, {}, {});
    const int changed = work(tx);
    AuditEntry entry = AuditEntry::of(request);
    entry.outcome = "ok";
    entry.resource = "events";
    entry.details["events"] = changed;
    parts.audit->record(tx, entry);
    return changed;
  });
  return Reply::json({{"success", true}, {"message", host.words().say(request.language, words, {{"count", count}})}});
}

}  // namespace

void bind_event_handlers(PluginHost& host, Database& database) {
  host.handle("host", "host.events", [&database](Request&) { return list(database); });
  host.handle("host", "host.events_retry", [&](Request& request) { return change(host, database, request, DeliveryStore::retry, "events_retried"); });
  host.handle("host", "host.events_drop", [&](Request& request) { return change(host, database, request, DeliveryStore::drop, "events_dropped"); });
}

}  // namespace podload
