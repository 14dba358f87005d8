#include "plugin_host/outbox.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "base/crash_report.hpp"
#include "plugin_host/delivery_store.hpp"
#include "plugin_host/queue_store.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload/text.hpp"

namespace podload {
namespace {

constexpr double kLongestWait = 900;
constexpr std::size_t kLongestError = 500;

double seconds_of(std::chrono::milliseconds time) { return std::chrono::duration<double>(time).count(); }

double chance() {
  static thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(random);
}

}  // namespace

double backoff_seconds(int attempt, double chance) { return std::min(std::exp2(std::min(attempt, 30)), kLongestWait) * (0.5 + chance); }

double rest_seconds(double requested, int before, double chance) {
  return std::min(requested * std::exp2(std::min(before, 30)), std::max(requested, kLongestWait)) * (1 + chance / 5);
}

void Outbox::declare(const std::vector<Manifest>& manifests) {
  events_.declare(manifests);
  for (const Manifest& manifest : manifests) {
    for (const std::string& event : manifest.subscribes) listed_[event].push_back(manifest.name);
    if (manifest.subscribes_in_order) in_order_.insert(manifest.name);
  }
}

std::string Outbox::missing_events(const Manifest& manifest) const {
  const std::vector<std::string> missing = events_.missing(manifest);
  return missing.empty() ? "" : missing.front();
}

void Outbox::emit(Transaction& tx, const std::string& plugin, const std::string& queue, const std::string& event, const Json& data) const {
  if (!events_.emits(plugin, event)) throw Error("undeclared_event", {{"plugin", plugin}, {"event", event}});
  if (const auto problem = events_.problem_of(event, data))
    log_.error("an event's data does not match its schema in plugin.yaml; it is delivered all the same",
               {{"plugin", plugin}, {"event", event}, {"where", problem->where}, {"what", problem->what}});
  const auto found = listed_.find(event);
  if (found == listed_.end()) return;
  const std::string id = new_uuid();
  for (const std::string& subscriber : found->second) {
    if (queue.empty() && !in_order_.contains(subscriber))
      DeliveryStore::add(tx, id, event, data, subscriber);
    else
      QueueStore::add(tx, queue, id, event, data, subscriber);
  }
}

bool Outbox::subscribes(const std::string& plugin, const std::string& event) const {
  const auto found = subscribers_.find(plugin);
  return found != subscribers_.end() && found->second.contains(event);
}

void Outbox::deliver_due(const std::function<bool()>& stopping) {
  std::vector<std::string> subscribers;
  for (const auto& [plugin, events] : subscribers_) subscribers.push_back(plugin);
  for (bool more = true; more && !stopping();) {
    more = deliver_one(subscribers);
    more = deliver_turn(subscribers) || more;
  }
}

bool Outbox::deliver_one(const std::vector<std::string>& subscribers) {
  const auto delivery = database_.transact([&](Transaction& tx) { return DeliveryStore::claim(tx, subscribers, kLeaseSeconds); });
  if (!delivery) return false;
  const Event& event = delivery->event;
  const DeliveryResult reply = call(delivery->subscriber, {event});
  if (reply.result == DeliveryResult::Result::delivered) {
    database_.transact([&](Transaction& tx) { DeliveryStore::delivered(tx, *delivery); });
    count(delivery->subscriber, "delivered", 1);
    return true;
  }
  const bool give_up = reply.result == DeliveryResult::Result::refused || event.attempt >= attempts_;
  const double wait = std::max(backoff_seconds(event.attempt, chance()), seconds_of(reply.rest));
  database_.transact([&](Transaction& tx) { DeliveryStore::failed(tx, *delivery, reply.problem, wait, give_up); });
  note(delivery->subscriber, event, reply, wait, give_up);
  return true;
}

bool Outbox::deliver_turn(const std::vector<std::string>& subscribers) {
  const auto turn = database_.transact([&](Transaction& tx) { return QueueStore::claim(tx, subscribers, kLeaseSeconds, kMostAtOnce); });
  if (!turn) return false;
  std::vector<Event> events;
  for (const Delivery& delivery : turn->deliveries) events.push_back(delivery.event);
  const DeliveryResult reply = call(turn->subscriber, events);
  double wait = seconds_of(reply.rest);
  if (reply.result == DeliveryResult::Result::again) wait = std::max(backoff_seconds(turn->refusals + 1, chance()), wait);
  if (reply.result == DeliveryResult::Result::too_fast) wait = rest_seconds(wait, turn->refusals, chance());
  database_.transact([&](Transaction& tx) { QueueStore::finish(tx, *turn, reply, wait, attempts_); });
  if (reply.result == DeliveryResult::Result::delivered)
    count(turn->subscriber, "delivered", reply.count);
  else
    note(turn->subscriber, events.front(), reply, wait,
         reply.result == DeliveryResult::Result::refused || (reply.result == DeliveryResult::Result::again && events.front().attempt >= attempts_));
  return true;
}

DeliveryResult Outbox::call(const std::string& plugin, const std::vector<Event>& events) const {
  DeliveryResult reply;
  try {
    const auto& by_event = subscribers_.at(plugin);
    const auto subscriber = by_event.find(events.front().name);
    if (subscriber == by_event.end()) throw Error("undeclared_event", {{"plugin", plugin}, {"event", events.front().name}});
    const RunningPlugin running(plugin, events.front().name);
    reply = subscriber->second(events);
  } catch (...) {  // a plugin call's edge
    reply = {1, DeliveryResult::Result::again, caught_text(), {}};
  }
  reply.problem = clean_text(reply.problem, kLongestError);
  reply.count = std::clamp<std::size_t>(reply.count, 1, events.size());
  return reply;
}

void Outbox::count(const std::string& plugin, const char* result, std::size_t events) const {
  if (metrics_ != nullptr)
    metrics_
        ->counter("podload_outbox_deliveries_total", "Events given to subscribers, by what came of it", {{"subscriber", plugin}, {"result", result}})
        .add(static_cast<double>(events));
}

void Outbox::note(const std::string& plugin, const Event& event, const DeliveryResult& reply, double wait, bool give_up) const {
  count(plugin, give_up ? "given_up" : "failed", reply.count);
  log_.write(give_up ? LogLevel::error : LogLevel::warn, give_up ? "an event was given up" : "an event could not be delivered and will be retried",
             {{"plugin", plugin}, {"event", event.name}, {"id", event.id}, {"attempt", event.attempt}, {"together", reply.count},
              {"again_in_seconds", give_up ? Json() : Json(wait)}, {"what", reply.problem}});
}

void Outbox::give_up_unsubscribed() {
  std::vector<std::string> configured;
  for (const auto& [event, plugins] : listed_) configured.insert(configured.end(), plugins.begin(), plugins.end());
  if (const int count = database_.transact([&](Transaction& tx) { return DeliveryStore::give_up_unsubscribed(tx, configured); }); count > 0)
    log_.warn("events for plugins that are not configured were given up", {{"events", count}});
}

}  // namespace podload
