// Delivers events from the transactions that emit them to the subscribed plugins
// (daemon/docs/adr/0011-events-through-an-outbox.md). declare() and subscribe() are called by the thread that starts the
// plugins, before the others; emit() and deliver_due() by any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "plugin_host/declared_events.hpp"
#include "plugin_host/manifest.hpp"
#include "podload/database.hpp"
#include "podload/events.hpp"
#include "podload/log.hpp"
#include "podload/metrics.hpp"

namespace podload {

class Outbox {
 public:
  static constexpr int kLeaseSeconds = 60;
  static constexpr int kMostAtOnce = 200;  ///< The most events of a queue in one call.

  /// Gives up a delivery after `attempts`. `metrics` may be null.
  Outbox(Database& database, Log& log, int attempts, Metrics* metrics = nullptr)
      : database_(database), log_(log), attempts_(attempts), metrics_(metrics) {}

  /// Reads the plugins' manifests. Throws what DeclaredEvents::declare throws.
  void declare(const std::vector<Manifest>& manifests);

  /// Why the plugin cannot run: it subscribes to an event that no plugin emits. Empty if it can.
  std::string missing_events(const Manifest& manifest) const;

  /// Data that does not match the event's schema is logged as an error of the plugin, and delivered all the same.
  /// `queue` is empty for an event outside queues. A plugin with subscribes_in_order gets it in its
  /// own queue even then.
  void emit(Transaction& tx, const std::string& plugin, const std::string& queue, const std::string& event, const Json& data) const;
  void subscribe(const std::string& plugin, const std::string& event, QueueSubscriber subscriber) {
    subscribers_[plugin][event] = std::move(subscriber);
  }
  bool subscribes(const std::string& plugin, const std::string& event) const;
  void forget(const std::string& plugin) { subscribers_.erase(plugin); }
  bool has_subscribers() const { return !subscribers_.empty(); }

  /// Delivers due events one after the other, until none is left or `stopping` returns true.
  void deliver_due(const std::function<bool()>& stopping);

  /// Gives up events that wait for plugins that are no longer configured: an administrator sees them and can drop them,
  /// or retry them when the plugin is back.
  void give_up_unsubscribed();

 private:
  bool deliver_one(const std::vector<std::string>& subscribers);
  bool deliver_turn(const std::vector<std::string>& subscribers);
  /// Calls the subscriber; an exception becomes Result::again.
  DeliveryResult call(const std::string& plugin, const std::vector<Event>& events) const;
  void note(const std::string& plugin, const Event& event, const DeliveryResult& reply, double wait, bool give_up) const;
  void count(const std::string& plugin, const char* result, std::size_t events) const;

  Database& database_;
  Log& log_;
  const int attempts_;
  Metrics* const metrics_;
  DeclaredEvents events_;
  std::map<std::string, std::vector<std::string>> listed_;    ///< The subscribed plugins of each event.
  std::set<std::string> in_order_;                            ///< Plugins that receive all their events in order.
  std::map<std::string, std::map<std::string, QueueSubscriber>> subscribers_;  ///< Of running plugins, by plugin and event.
};

/// Seconds until the next attempt: 2, 4, 8 … 900, randomly varied by up to half (`chance` from 0 to 1), so that events
/// that failed together are not retried together.
double backoff_seconds(int attempt, double chance);

/// The pause of a queue whose receiver requests `requested` seconds after `before` pauses in a row: doubled each time, up
/// to 15 minutes or `requested` if that is longer, and randomly up to a fifth longer.
double rest_seconds(double requested, int before, double chance);

}  // namespace podload
