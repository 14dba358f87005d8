// The way of events: from the transaction that writes them to the plugins that hear them (the
// decision is docs/adr/0011). declare() and hear() by the thread that starts the plugins, before
// the rest; emit() and deliver_due() by any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "plugin_host/manifest.hpp"
#include "podload/database.hpp"
#include "podload/events.hpp"
#include "podload/log.hpp"

namespace podload {

class Outbox {
 public:
  static constexpr int kLeaseSeconds = 60;
  static constexpr int kMostAtOnce = 200;  ///< Events of a queue that one call gets.

  /// Gives up a delivery after `attempts`.
  Outbox(Database& database, Log& log, int attempts) : database_(database), log_(log), attempts_(attempts) {}

  /// What the plugins' manifests say. Throws Error{"bad_manifest"} where two emit one event.
  void declare(const std::vector<Manifest>& manifests);

  /// Why that plugin cannot run: it hears what nobody emits. Empty where it can.
  std::string unheard_of(const Manifest& manifest) const;

  /// `queue` is empty for what is in none. What a plugin hears in order is in its own queue at least.
  void emit(Transaction& tx, const std::string& plugin, const std::string& queue, const std::string& event, const Json& data) const;
  void hear(const std::string& plugin, const std::string& event, QueueHearer hearer) { hearers_[plugin][event] = std::move(hearer); }
  bool hears(const std::string& plugin, const std::string& event) const;
  void forget(const std::string& plugin) { hearers_.erase(plugin); }
  bool has_hearers() const { return !hearers_.empty(); }

  /// Tells what is due, one after the other, until nothing is or `stopping` says so.
  void deliver_due(const std::function<bool()>& stopping);

  /// Gives up what waits for plugins that are not configured any more: an administrator sees it and can
  /// drop it, or have it tried again when the plugin is back.
  void give_up_unheard();

 private:
  bool deliver_one(const std::vector<std::string>& hearers);
  bool deliver_turn(const std::vector<std::string>& hearers);
  /// Calls the hearer; what it throws is Result::again.
  Heard told(const std::string& plugin, const std::vector<Event>& events) const;
  void note(const std::string& plugin, const Event& event, const Heard& heard, double wait, bool give_up) const;

  Database& database_;
  Log& log_;
  const int attempts_;
  std::map<std::string, std::string> emitters_;               ///< Event to plugin.
  std::map<std::string, std::vector<std::string>> listed_;    ///< Event to the plugins that hear it.
  std::set<std::string> in_order_;                            ///< Plugins that hear everything in order.
  std::map<std::string, std::map<std::string, QueueHearer>> hearers_;  ///< Of the running plugins, by event.
};

/// After how many seconds the next attempt comes: 2, 4, 8 … 900, each with up to half more or less by
/// chance (`chance` from 0 to 1), so that what failed together is not tried together.
double backoff_seconds(int attempt, double chance);

/// How long a queue rests whose receiver wants `asked` seconds and has wanted it `before` times without
/// taking anything between: twice as long each time, up to 15 minutes or what it asks for, and up to a
/// fifth more by chance.
double rest_seconds(double asked, int before, double chance);

}  // namespace podload
