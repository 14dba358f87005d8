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

  /// Gives up a delivery after `attempts`.
  Outbox(Database& database, Log& log, int attempts) : database_(database), log_(log), attempts_(attempts) {}

  /// What the plugins' manifests say. Throws Error{"bad_manifest"} where two emit one event.
  void declare(const std::vector<Manifest>& manifests);

  /// Why that plugin cannot run: it hears what nobody emits. Empty where it can.
  std::string unheard_of(const Manifest& manifest) const;

  void emit(Transaction& tx, const std::string& plugin, const std::string& event, const Json& data) const;
  void hear(const std::string& plugin, const std::string& event, Hearer hearer) { hearers_[plugin][event] = std::move(hearer); }
  bool hears(const std::string& plugin, const std::string& event) const;
  void forget(const std::string& plugin) { hearers_.erase(plugin); }
  bool has_hearers() const { return !hearers_.empty(); }

  /// Tells what is due, one after the other, until nothing is or `stopping` says so.
  void deliver_due(const std::function<bool()>& stopping);

 private:
  bool deliver_one(const std::vector<std::string>& hearers);

  Database& database_;
  Log& log_;
  const int attempts_;
  std::map<std::string, std::string> emitters_;               ///< Event to plugin.
  std::map<std::string, std::vector<std::string>> listed_;    ///< Event to the plugins that hear it.
  std::map<std::string, std::map<std::string, Hearer>> hearers_;  ///< Of the running plugins, by event.
};

/// After how many seconds the next attempt comes: 2, 4, 8 … 900, each with up to half more or less by
/// chance (`chance` from 0 to 1), so that what failed together is not tried together.
double backoff_seconds(int attempt, double chance);

}  // namespace podload
