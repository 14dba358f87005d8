#include "plugin_host/outbox.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "plugin_host/delivery_store.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload/text.hpp"

namespace podload {
namespace {

constexpr double kLongestWait = 900;
constexpr std::size_t kLongestError = 500;

double chance() {
  static thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(random);
}

}  // namespace

double backoff_seconds(int attempt, double chance) { return std::min(std::exp2(std::min(attempt, 30)), kLongestWait) * (0.5 + chance); }

void Outbox::declare(const std::vector<Manifest>& manifests) {
  for (const Manifest& manifest : manifests) {
    for (const std::string& event : manifest.emits) {
      const auto [at, added] = emitters_.emplace(event, manifest.name);
      if (!added) throw Error("bad_manifest", {{"plugin", manifest.name}, {"what", "the event " + event + " belongs to the plugin " + at->second}});
    }
    for (const std::string& event : manifest.hears) listed_[event].push_back(manifest.name);
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

void Outbox::emit(Transaction& tx, const std::string& plugin, const std::string& event, const Json& data) const {
  const auto emitter = emitters_.find(event);
  if (emitter == emitters_.end() || emitter->second != plugin) throw Error("undeclared_event", {{"plugin", plugin}, {"event", event}});
  const auto found = listed_.find(event);
  if (found == listed_.end()) return;
  const std::string id = new_uuid();
  for (const std::string& hearer : found->second) DeliveryStore::add(tx, id, event, data, hearer);
}

bool Outbox::hears(const std::string& plugin, const std::string& event) const {
  const auto found = hearers_.find(plugin);
  return found != hearers_.end() && found->second.contains(event);
}

void Outbox::deliver_due(const std::function<bool()>& stopping) {
  std::vector<std::string> hearers;
  for (const auto& [plugin, events] : hearers_) hearers.push_back(plugin);
  while (!stopping() && deliver_one(hearers)) {
  }
}

bool Outbox::deliver_one(const std::vector<std::string>& hearers) {
  const auto delivery = database_.transact([&](Transaction& tx) { return DeliveryStore::claim(tx, hearers, kLeaseSeconds); });
  if (!delivery) return false;
  const Event& event = delivery->event;
  try {
    const auto& events = hearers_.at(delivery->hearer);
    const auto hearer = events.find(event.name);
    if (hearer == events.end()) throw Error("undeclared_event", {{"plugin", delivery->hearer}, {"event", event.name}});
    hearer->second(event);
  } catch (...) {  // a plugin call's edge
    const std::string what = clean_text(caught_text(), kLongestError);
    const bool give_up = event.attempt >= attempts_;
    const double wait = backoff_seconds(event.attempt, chance());
    database_.transact([&](Transaction& tx) { DeliveryStore::failed(tx, *delivery, what, wait, give_up); });
    log_.write(give_up ? LogLevel::error : LogLevel::warn, give_up ? "an event was given up" : "an event could not be told, and is tried again",
               {{"plugin", delivery->hearer}, {"event", event.name}, {"id", event.id}, {"attempt", event.attempt},
                {"again_in_seconds", give_up ? Json() : Json(wait)}, {"what", what}});
    return true;
  }
  database_.transact([&](Transaction& tx) { DeliveryStore::told(tx, *delivery); });
  return true;
}

}  // namespace podload
