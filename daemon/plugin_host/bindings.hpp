// What the plugins bind while they start: handlers, commands, event subscriptions, offered interfaces, jobs, warnings.
// Each binding must be declared in the plugin's manifest. One thread binds and starts the jobs; then any thread reads.
#pragma once

#include <map>
#include <string>

#include "plugin_host/catalog.hpp"
#include "plugin_host/jobs.hpp"
#include "plugin_host/outbox.hpp"
#include "plugin_host/settings.hpp"
#include "plugin_host/warnings.hpp"
#include "podload/host.hpp"

namespace podload {

class Bindings {
 public:
  /// `catalog` outlives it. Throws Error{"bad_manifest"} if two plugins emit the same event.
  Bindings(Catalog& catalog, const HostTools& tools, int event_attempts);

  // These throw Error{"bad_api"} or Error{"bad_manifest"} if the plugin's manifest does not declare the binding.
  void handle(const std::string& plugin, const std::string& operation_id, Handler handler);
  void command(const std::string& plugin, const std::string& name, Host::Command run);
  void subscribe(const std::string& plugin, const std::string& event, QueueSubscriber subscriber);
  /// Throws Error{"bad_manifest"} if another plugin offers that interface.
  void offer(const std::string& plugin, const std::string& interface, void* object);

  /// Null if no plugin offers it.
  void* offered(const std::string& interface) const;

  /// Removes everything that the plugin has bound, for a plugin that does not start.
  void forget(const std::string& plugin);
  /// Sets why the plugin's operations are unavailable; empty if the plugin runs.
  void set_unavailable(const std::string& plugin, const std::string& why);
  /// Throws if a running plugin has not bound an operation or event that it declares.
  void refuse_unbound(const std::map<std::string, std::string>& states) const;

  /// Runs a command: every plugin's part of it, in the order that their rows require. Returns the first exit code that is
  /// not 0. Throws Error{"plugin_unavailable"} if a plugin of the command does not run.
  int run_command(const std::string& name, const Json& args, std::ostream& out, const std::map<std::string, std::string>& states);

  Outbox& outbox() { return outbox_; }
  Jobs& jobs() { return jobs_; }
  Warnings& warnings() { return warnings_; }
  const Warnings& warnings() const { return warnings_; }

 private:
  struct Offer {
    std::string plugin;
    void* object = nullptr;
  };

  Catalog& catalog_;
  std::map<std::string, Offer, std::less<>> offers_;                      ///< By interface.
  std::map<std::string, std::map<std::string, Host::Command>> commands_;  ///< By name, then by plugin.
  Outbox outbox_;
  Warnings warnings_;
  Jobs jobs_;
};

}  // namespace podload
