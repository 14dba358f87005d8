#include "plugin_host/outbox.hpp"

#include <algorithm>
#include <cmath>
#include <random>

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

double rest_seconds(double asked, int before, double chance) {
  return std::min(asked * std::exp2(std::min(before, 30)), std::max(asked, kLongestWait)) * (1 + chance / 5);
}

void Outbox::declare(const std::vector<Manifest>& manifests) {
  for (const Manifest& manifest : manifests) {
    for (const std::string& event : manifest.emits) {
      const auto [at, added] = emitters_.emplace(event, manifest.name);
      if (!added) throw Error("bad_manifest", {{"plugin", manifest.name}, {"what", "the event " + event + " belongs to the plugin " + at->second}});
    }
    for (const std::string& event : manifest.hears) listed_[event].push_back(manifest.name);
    if (manifest.hears_in_order) in_order_.insert(manifest.name);
  }
}

std::string Outbox::unheard_of(const Manifest& manifest) const {
  std::vector<std::string> known;
  for (const auto& [event, plugin] : emitters_) known.push_back(event);
  for (const std::string& event : manifest.hears) {
    if (emitters_.contains(event)) continue;
    const std::string like = nearest(event, known);
    return "it hears " + event + ", which no plugin here emits" + (like.empty() ? "" : "; did you mean " + like + "?");
  }
  return {};
}

void Outbox::emit(Transaction& tx, const std::string& plugin, const std::string& queue, const std::string& event, const Json& data) const {
  const auto emitter = emitters_.find(event);
  if (emitter == emitters_.end() || emitter->second != plugin) throw Error("undeclared_event", {{"plugin", plugin}, {"event", event}});
  const auto found = listed_.find(event);
  if (found == listed_.end()) return;
  const std::string id = new_uuid();
  for (const std::string& hearer : found->second) {
    if (queue.empty() && !in_order_.contains(hearer))
      DeliveryStore::add(tx, id, event, data, hearer);
    else
      QueueStore::add(tx, queue, id, event, data, hearer);
  }
}

bool Outbox::hears(const std::string& plugin, const std::string& event) const {
  const auto found = hearers_.find(plugin);
  return found != hearers_.end() && found->second.contains(event);
}

void Outbox::deliver_due(const std::function<bool()>& stopping) {
  std::vector<std::string> hearers;
  for (const auto& [plugin, events] : hearers_) hearers.push_back(plugin);
  for (bool more = true; more && !stopping();) {
    more = deliver_one(hearers);
    more = deliver_turn(hearers) || more;
  }
}

bool Outbox::deliver_one(const std::vector<std::string>& hearers) {
  const auto delivery = database_.transact([&](Transaction& tx) { return DeliveryStore::claim(tx, hearers, kLeaseSeconds); });
  if (!delivery) return false;
  const Event& event = delivery->event;
  const Heard heard = told(delivery->hearer, {event});
  if (heard.result == Heard::Result::told) {
    database_.transact([&](Transaction& tx) { DeliveryStore::told(tx, *delivery); });
    return true;
  }
  const bool give_up = heard.result == Heard::Result::refused || event.attempt >= attempts_;
  const double wait = std::max(backoff_seconds(event.attempt, chance()), seconds_of(heard.rest));
  database_.transact([&](Transaction& tx) { DeliveryStore::failed(tx, *delivery, heard.problem, wait, give_up); });
  note(delivery->hearer, event, heard, wait, give_up);
  return true;
}

bool Outbox::deliver_turn(const std::vector<std::string>& hearers) {
  const auto turn = database_.transact([&](Transaction& tx) { return QueueStore::claim(tx, hearers, kLeaseSeconds, kMostAtOnce); });
  if (!turn) return false;
  std::vector<Event> events;
  for (const Delivery& delivery : turn->deliveries) events.push_back(delivery.event);
  const Heard heard = told(turn->hearer, events);
  double wait = seconds_of(heard.rest);
  if (heard.result == Heard::Result::again) wait = std::max(backoff_seconds(turn->refusals + 1, chance()), wait);
  if (heard.result == Heard::Result::too_fast) wait = rest_seconds(wait, turn->refusals, chance());
  database_.transact([&](Transaction& tx) { QueueStore::finish(tx, *turn, heard, wait, attempts_); });
  if (heard.result != Heard::Result::told)
    note(turn->hearer, events.front(), heard, wait,
         heard.result == Heard::Result::refused || (heard.result == Heard::Result::again && events.front().attempt >= attempts_));
  return true;
}

Heard Outbox::told(const std::string& plugin, const std::vector<Event>& events) const {
  Heard heard;
  try {
    const auto& heard_here = hearers_.at(plugin);
    const auto hearer = heard_here.find(events.front().name);
    if (hearer == heard_here.end()) throw Error("undeclared_event", {{"plugin", plugin}, {"event", events.front().name}});
    heard = hearer->second(events);
  } catch (...) {  // a plugin call's edge
    heard = {1, Heard::Result::again, caught_text(), {}};
  }
  heard.problem = clean_text(heard.problem, kLongestError);
  heard.count = std::clamp<std::size_t>(heard.count, 1, events.size());
  return heard;
}

void Outbox::note(const std::string& plugin, const Event& event, const Heard& heard, double wait, bool give_up) const {
  log_.write(give_up ? LogLevel::error : LogLevel::warn, give_up ? "an event was given up" : "an event could not be told, and is tried again",
             {{"plugin", plugin}, {"event", event.name}, {"id", event.id}, {"attempt", event.attempt}, {"together", heard.count},
              {"again_in_seconds", give_up ? Json() : Json(wait)}, {"what", heard.problem}});
}

void Outbox::give_up_unheard() {
  std::vector<std::string> configured;
  for (const auto& [event, plugins] : listed_) configured.insert(configured.end(), plugins.begin(), plugins.end());
  if (const int count = database_.transact([&](Transaction& tx) { return DeliveryStore::give_up_unheard(tx, configured); }); count > 0)
    log_.warn("events for plugins that are not configured were given up", {{"events", count}});
}

}  // namespace podload
