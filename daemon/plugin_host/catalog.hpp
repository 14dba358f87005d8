// What the configured plugins declare: their folders read, checked against each other and put in the order
// in which they start. Runs no plugin's code. Made on one thread; then any thread reads it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/contract.hpp"
#include "http/words.hpp"
#include "plugin_host/manifest.hpp"
#include "plugin_host/settings.hpp"
#include "storage/migrations.hpp"

namespace podload {

class Catalog {
 public:
  /// Throws what refuses the daemon's start: Error{"bad_manifest"}, Error{"bad_api"}, Error{"bad_config_value"}, ...
  /// Its words are then in words(), as far as they were read.
  void read(const HostSettings& settings, Log& log);

  /// In the order in which they start.
  const std::vector<Manifest>& manifests() const { return manifests_; }
  const Words& words() const { return words_; }
  const std::vector<Migration>& migrations() const { return migrations_; }
  const Contract& contract() const { return contract_; }
  /// For what is bound to its operations while the plugins start.
  Contract& contract() { return contract_; }

  // Of one of the manifests' plugins.
  const Manifest& manifest(const std::string& plugin) const;
  /// Checked, defaults filled in.
  const Json& config(const std::string& plugin) const { return configs_.at(plugin); }
  const Json& pages(const std::string& plugin) const { return pages_.at(plugin); }

  /// The rows under `key` of all plugins and of podload.yaml, each with the `plugin` that it comes from.
  std::vector<Json> declared(std::string_view key) const;

  /// The effective configuration by plugin, secrets masked.
  Json shown_config() const;

 private:
  void read_manifests(const HostSettings& settings);
  void read_migrations_of(const Manifest& manifest, const HostSettings& settings);
  void check_workload_types() const;

  Contract contract_;
  Words words_;
  std::vector<Manifest> manifests_;
  std::vector<Migration> migrations_;
  std::map<std::string, std::string> schemas_;  ///< Schema to plugin.
  std::map<std::string, Json> configs_, pages_;
  Json declared_;
};

}  // namespace podload
