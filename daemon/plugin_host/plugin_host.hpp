// The plugins of this process: loaded, started, stopped. What they declare is in the catalog, what they bind in
// the bindings. One thread calls load(), start(), run_command() and stop(); then any thread reads.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http/contract.hpp"
#include "http/dispatcher.hpp"
#include "http/words.hpp"
#include "plugin_host/catalog.hpp"
#include "plugin_host/manifest.hpp"
#include "plugin_host/settings.hpp"
#include "storage/migrations.hpp"

namespace podload {

class Bindings;
struct SharedHost;

class PluginHost {
 public:
  PluginHost(HostSettings settings, HostTools tools);
  ~PluginHost();

  /// Reads and validates all data; runs no plugin's code. Throws errors that prevent the start. Call it first.
  void load();

  /// Loads the libraries and starts the plugins, each after those that it needs or wants. A plugin whose need is
  /// missing or whose start() throws is left out, and its operations report why. Throws for an invalid library or
  /// binding.
  void start();
  void start_jobs();

  /// Adds a job of the host's own; before start_jobs().
  void add_job(std::chrono::milliseconds every, const std::string& name, std::function<void()> job);

  /// Ends the jobs, then stops the plugins in reverse order.
  void stop() noexcept;

  const Contract& contract() const { return catalog_.contract(); }
  /// Also after load() has thrown: those of its error.
  const Words& words() const { return catalog_.words(); }
  const std::vector<Migration>& migrations() const { return catalog_.migrations(); }
  const std::vector<Manifest>& manifests() const { return catalog_.manifests(); }
  Dispatcher::Parts parts();

  /// Why each plugin does not run; empty if it does.
  const std::map<std::string, std::string>& states() const { return states_; }

  /// The warnings of running plugins, by plugin and code; any thread.
  Json warnings() const;

  /// The pages of the running plugins, for the console: from ui.json, validated by load().
  Json pages() const;

  /// The configuration in force by plugin, with secrets masked.
  Json shown_config() const { return catalog_.shown_config(); }

  /// Runs a command: every plugin's part of it, in the order that their rows require. Returns the first exit code that
  /// is not 0. Throws Error{"plugin_unavailable"} if a plugin of the command does not run.
  int run_command(const std::string& name, const Json& args, std::ostream& out);

  /// Binds an operation. The app binds the host's own.
  void handle(const std::string& plugin, const std::string& operation_id, Handler handler);

  /// For what tests bind in place of a plugin's code; after load().
  Bindings& bindings() { return *bindings_; }

 private:
  struct Running;
  std::string missing_need(const Manifest& manifest) const;
  void start_one(const Manifest& manifest);

  const HostSettings settings_;
  HostTools tools_;
  std::map<std::string, std::string> states_;
  Catalog catalog_;
  std::unique_ptr<Bindings> bindings_;
  std::unique_ptr<SharedHost> shared_;
  std::vector<std::unique_ptr<Running>> running_;
};

}  // namespace podload
