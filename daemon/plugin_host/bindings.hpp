// What the plugins bind while they start (handlers, commands, hearers, offers, jobs, warnings), held to what
// their manifests declare. One thread binds and starts the jobs; then any thread reads.
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
  /// `catalog` outlives it. Throws Error{"bad_manifest"} where two plugins emit one event.
  Bindings(Catalog& catalog, const HostTools& tools, int event_attempts);

  // Each throws Error{"bad_api"} or Error{"bad_manifest"} for what the plugin's manifest does not declare.
  void handle(const std::string& plugin, const std::string& operation_id, Handler handler);
  void command(const std::string& plugin, const std::string& name, Host::Command run);
  void hear(const std::string& plugin, const std::string& event, QueueHearer hearer);
  /// Throws Error{"bad_manifest"} where another plugin offers that interface.
  void offer(const std::string& plugin, const std::string& interface, void* object);

  /// Null where no plugin offers it.
  void* offered(const std::string& interface) const;

  /// Takes back what the plugin has bound: it does not start.
  void forget(const std::string& plugin);
  /// Why the plugin does not run, for its operations; empty where it does.
  void set_unavailable(const std::string& plugin, const std::string& why);
  /// Throws where a plugin that runs has bound nothing to an operation or event that it declares.
  void refuse_unbound(const std::map<std::string, std::string>& states) const;

  /// Runs a command: every plugin's part of it, in the order that their rows ask for; the exit code is the
  /// first that is not 0. Throws Error{"plugin_unavailable"} where its plugin does not run.
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
