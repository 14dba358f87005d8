// The plugins of this process: reads, validates, orders, loads, starts and stops them. One thread calls load(),
// start(), run_command() and stop(); the data is then read-only, for any thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http/contract.hpp"
#include "http/dispatcher.hpp"
#include "http/words.hpp"
#include "plugin_host/jobs.hpp"
#include "plugin_host/manifest.hpp"
#include "plugin_host/outbox.hpp"
#include "plugin_host/warnings.hpp"
#include "podload/clock.hpp"
#include "podload/host.hpp"
#include "podload/http_client.hpp"
#include "storage/migrations.hpp"

namespace podload {

class HostForPlugin;
class Plugin;

class PluginHost {
 public:
  struct Settings {
    std::vector<std::string> plugins;   ///< Names, as configured.
    std::filesystem::path plugin_dir;
    std::filesystem::path extra_plugin_dir;  ///< For plugins that plugin_dir does not have; empty: none.
    std::filesystem::path share_dir;
    std::filesystem::path key_file;
    std::chrono::milliseconds start_limit{30'000};  ///< For each plugin, to load its library and start.
    int event_attempts = 24;            ///< An event is given up after so many.
    Json sections = Json::object();     ///< Configuration by plugin name.
    Environment environment;
    Json declared = Json::object();     ///< Rows that podload.yaml itself declares, by key.
  };
  /// Shared by all plugins; these outlive the PluginHost.
  struct Tools {
    Log& log;
    const Clock& clock;
    Database& database;
    HttpClient& http;
  };

  PluginHost(Settings settings, Tools tools);
  ~PluginHost();

  /// Reads and validates all data; runs no plugin's code. Throws errors that prevent the start.
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

  const Contract& contract() const { return contract_; }
  const Words& words() const { return words_; }
  const std::vector<Migration>& migrations() const { return migrations_; }
  const std::vector<Manifest>& manifests() const { return manifests_; }
  Dispatcher::Parts parts();

  /// Why each plugin does not run; empty if it does.
  const std::map<std::string, std::string>& states() const { return states_; }

  /// The warnings of running plugins, by plugin and code; any thread.
  Json warnings() const { return warnings_.all(); }

  /// The pages of the running plugins, for the console: from ui.json, validated by load().
  Json pages() const;

  /// The configuration in force by plugin, with secrets masked.
  Json shown_config() const;

  /// Runs a command: every plugin's part of it, in the order that their rows require. Returns the first exit code that
  /// is not 0. Throws Error{"plugin_unavailable"} if a plugin of the command does not run.
  int run_command(const std::string& name, const Json& args, std::ostream& out);

  /// Binds an operation. The app binds the host's own.
  void handle(const std::string& plugin, const std::string& operation_id, Handler handler);

 private:
  friend class HostForPlugin;
  struct Running;
  void check_workload_types() const;
  std::string missing_need(const Manifest& manifest) const;
  void start_one(const Manifest& manifest);
  void stop_one(Plugin& plugin, const std::string& name) noexcept;
  void refuse_unbound() const;

  Settings settings_;
  Tools tools_;
  const std::string instance_;
  Contract contract_;
  Words words_;
  std::vector<Manifest> manifests_;
  std::vector<Migration> migrations_;
  std::map<std::string, Json> configs_;
  std::map<std::string, Json> pages_;  ///< By plugin.
  std::map<std::string, std::string> states_;
  std::map<std::string, void*> offers_;
  std::map<std::string, std::map<std::string, Host::Command>> commands_;  ///< By name, then by plugin.
  Outbox outbox_;
  Warnings warnings_;
  Jobs jobs_;
  std::vector<std::unique_ptr<Running>> running_;
};

}  // namespace podload
