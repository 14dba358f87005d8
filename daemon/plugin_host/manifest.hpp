// plugin.yaml: what a plugin declares, read and validated before any of its code runs. Value types.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/rows.hpp"
#include "podload/json.hpp"

namespace podload {

class Faults;

struct CommandArgument {
  enum class Kind { positional, option, flag };
  std::string name;
  std::string help;
  Kind kind = Kind::positional;
  bool required = false;
};

struct CommandRow {
  std::string name;  ///< "user add"
  std::string help;
  std::vector<CommandArgument> arguments;
  std::vector<std::string> after;  ///< Plugins whose part of a shared command runs first.
};

struct Manifest {
  std::filesystem::path folder;
  std::string name, version, summary, schema, abi;
  std::string replaces;  ///< The plugin that this one replaces for those that need or want it.
  std::map<std::string, std::string> needs;  ///< Plugin to ">=1.0".
  std::vector<std::string> wants;
  std::vector<std::string> emits;  ///< Events that it emits.
  std::map<std::string, Json> event_data;  ///< The JSON schemas of their data, where it gives them.
  std::vector<std::string> subscribes;  ///< Events that it subscribes to.
  bool essential = false;                  ///< podload is not ready while it does not run.
  std::optional<std::size_t> concurrency;  ///< How many of its handlers may run at once; nothing: a share of the workers.
  std::chrono::seconds seconds{60};        ///< After which a handler that has not returned is logged.
  bool subscribes_in_order = false;     ///< Through a queue of its own (podload/events.hpp).
  std::vector<ConfigRow> config;
  std::vector<CommandRow> commands;
  Json rows;  ///< The whole file, for rows that other plugins read ("workload_types", "cluster_rights").
  Json declares = Json::object();       ///< Keys that it reads in the files of all plugins, each with the JSON schema of a row.
  std::vector<std::string> other_keys;  ///< Those of this file that the host does not know.
  Json api;   ///< api.yaml, or null.
  Json words; ///< words.yaml, or null.
  Json ui;    ///< ui.json, or null.
};

/// Throws Error{"bad_manifest"} unless `name` can be that of a plugin's folder.
void check_plugin_name(const std::string& name);

/// Throws Error{"writable_by_others"} for a folder of plugins that its group or others may write, and Error{"not_ours"} for
/// one of another user than root and this process's.
void check_plugin_dir(const std::filesystem::path& plugin_dir);

/// Reads the plugin of that name. Throws Error{"bad_manifest"}, what check_plugin_dir throws for its folder or files,
/// Error{"outside_folder"} for one that a symbolic link places elsewhere, Error{"bad_yaml_file"}, Error{"bad_page"},
/// Error{"file_unreadable"}. With `faults` these are added to them, and the manifest has what could be read.
Manifest read_manifest(const std::filesystem::path& plugin_dir, const std::string& name, Faults* faults = nullptr);

/// The keys of plugin.yaml that the host knows.
const std::vector<std::string>& host_keys();

/// Whether other plugins mean this one by `name`: its own name, or that of the plugin it replaces.
bool answers_to(const Manifest& manifest, const std::string& name);

/// Whether `version` ("1.2.0") satisfies `wanted` (">=1.0"; "1.2" means at least that).
bool satisfies(const std::string& version, const std::string& wanted);

/// Why `needs` of the plugin is not met by `manifests`: "it needs the plugin clusters, which is not configured; did you mean
/// `cluster`?" Empty if it is.
std::string unmet_need(const std::string& plugin, const std::string& version, const std::vector<Manifest>& manifests);

/// The manifests in start order: needs and wants first, else as given. Throws Error{"plugin_circle"}.
std::vector<Manifest> start_order(std::vector<Manifest> manifests);

}  // namespace podload
