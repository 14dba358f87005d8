// What the configured plugins declare. Reads their folders, checks them against each other and puts them in the order in
// which they start. Runs no plugin's code. One thread calls read(); then any thread reads.
#pragma once

#include <filesystem>
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
  /// Throws errors that prevent the start: Error{"bad_manifest"}, Error{"bad_api"}, Error{"bad_config_value"}, and others.
  /// words() then has the words that were read until then.
  void read(const HostSettings& settings, Log& log);

  // The two parts of read(), for who has found the folders already.
  void read_host(const HostSettings& settings);
  /// What two plugins claim is refused to the later one. With `faults` what is wrong is added to them, and the catalog has
  /// what could be read.
  void read_plugins(const std::vector<std::filesystem::path>& folders, const HostSettings& settings, Faults* faults);

  /// In the order in which they start.
  const std::vector<Manifest>& manifests() const { return manifests_; }
  const Words& words() const { return words_; }
  const std::vector<Migration>& migrations() const { return migrations_; }
  const Contract& contract() const { return contract_; }
  /// For binding handlers while the plugins start.
  Contract& contract() { return contract_; }

  // For a plugin in manifests().
  const Manifest& manifest(const std::string& plugin) const;
  /// Checked, defaults filled in.
  const Json& config(const std::string& plugin) const { return configs_.at(plugin); }
  const Json& pages(const std::string& plugin) const { return pages_.at(plugin); }

  /// The rows under `key` of all plugins and of podload.yaml, each with the `plugin` that it comes from.
  std::vector<Json> declared(std::string_view key) const;

  /// The effective configuration by plugin, secrets masked.
  Json shown_config() const;

 private:
  void read_manifests(const std::vector<std::filesystem::path>& folders, Faults* faults);
  void check_schemas(Faults* faults) const;
  void read_all_migrations(const HostSettings& settings, Faults* faults);
  void check_workload_types(Faults* faults) const;
  void set_limits();

  Contract contract_;
  Words words_;
  std::vector<Manifest> manifests_;
  std::vector<Migration> migrations_;
  std::map<std::string, Json> configs_, pages_;
  Json declared_;
};

}  // namespace podload
