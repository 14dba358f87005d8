#include "plugin_host/catalog.hpp"

#include <algorithm>
#include <limits>

#include "base/faults.hpp"
#include "base/spelling.hpp"
#include "config/yaml.hpp"
#include "plugin_host/declared_keys.hpp"
#include "plugin_host/pages.hpp"
#include "podload/error.hpp"
#include "podload/workload_type.hpp"

namespace podload {
namespace {

/// The plugins in the folder, for the error about one that is not there.
void add_names(const std::filesystem::path& folder, std::vector<std::string>& names) {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    if (std::filesystem::exists(entry.path() / "plugin.yaml", none)) names.push_back(entry.path().filename().string());
}

const std::filesystem::path& folder_that_has(const std::string& plugin, const HostSettings& settings) {
  check_plugin_name(plugin);
  std::error_code none;
  if (std::filesystem::exists(settings.plugin_dir / plugin, none)) return settings.plugin_dir;
  const std::filesystem::path& extra = settings.extra_plugin_dir;
  if (!extra.empty() && std::filesystem::exists(extra / plugin, none)) return extra;
  std::vector<std::string> names;
  add_names(settings.plugin_dir, names);
  if (!extra.empty()) add_names(extra, names);
  throw Error("no_such_plugin", {{"plugin", plugin},
                                 {"folders", settings.plugin_dir.string() + (extra.empty() ? "" : ", " + extra.string())},
                                 {"nearest", near_miss(plugin, names)}});
}

}  // namespace

void Catalog::read(const HostSettings& settings, Log& log) {
  read_host(settings);
  std::vector<std::filesystem::path> folders;
  for (const std::string& name : settings.plugins) {
    const std::filesystem::path& plugin_dir = folder_that_has(name, settings);
    check_plugin_dir(plugin_dir);
    if (std::find(folders.begin(), folders.end(), plugin_dir / name) != folders.end())
      throw Error("bad_config_value", {{"key", "plugins"}, {"what", "`" + name + "` occurs twice"}});
    folders.push_back(plugin_dir / name);
  }
  read_plugins(folders, settings, nullptr);
  for (const auto& [section, value] : settings.sections.items())
    if (!configs_.contains(section)) log.warn("the configuration has a section for a plugin that is not in `plugins`", {{"section", section}});
}

void Catalog::read_host(const HostSettings& settings) {
  declared_ = settings.declared;
  words_.add(read_yaml(settings.share_dir / "host" / "words.yaml"), "host/words.yaml");
  contract_.add("host", read_yaml(settings.share_dir / "host" / "api.yaml"));
}

void Catalog::read_plugins(const std::vector<std::filesystem::path>& folders, const HostSettings& settings, Faults* faults) {
  read_manifests(folders, faults);
  for (const Manifest& manifest : manifests_) {
    checks_in(faults, manifest.name, "words.yaml");
    words_.add(manifest.words, manifest.name + "/words.yaml", faults);
    if (!manifest.api.is_null()) contract_.add(manifest.name, manifest.api, faults);
    checks_in(faults, manifest.name, "plugin.yaml");
    attempt(faults, [&] {
      configs_[manifest.name] = checked_config(manifest.config, settings.sections.value(manifest.name, Json()), manifest.name, settings.environment);
    });
  }
  check_schemas(faults);
  check_workload_types(faults);
  set_limits();
  contract_.close(faults);
  for (const Manifest& manifest : manifests_) pages_[manifest.name] = pages_of(manifest, contract_.operations(), faults);
  checks_in(faults, "", "plugin.yaml");
  attempt(faults, [&] { manifests_ = start_order(manifests_); });
  read_all_migrations(settings, faults);
}

/// Of the operations' handlers.
void Catalog::set_limits() {
  for (Operation& operation : contract_.operations()) {
    if (operation.plugin == "host") {
      operation.concurrency = std::numeric_limits<std::size_t>::max();
      continue;
    }
    const Manifest& owner = manifest(operation.plugin);
    operation.concurrency = owner.concurrency;
    operation.time = owner.seconds;
  }
}

void Catalog::read_manifests(const std::vector<std::filesystem::path>& folders, Faults* faults) {
  for (const std::filesystem::path& folder : folders) manifests_.push_back(read_manifest(folder.parent_path(), folder.filename().string(), faults));
  for (const Manifest& one : manifests_) {
    checks_in(faults, one.name, "plugin.yaml");
    for (const Manifest& other : manifests_)
      attempt(faults, [&] {
        if (&one != &other && !one.replaces.empty() && answers_to(other, one.replaces))
          throw Error("bad_manifest", {{"plugin", one.name},
                                       {"what", "it replaces " + one.replaces + ", but " + other.name + " is or replaces it too" +
                                                    "; remove one of them from `plugins`"}});
      });
  }
  check_declared_keys(manifests_, faults);
}

void Catalog::check_schemas(Faults* faults) const {
  std::map<std::string, std::string> owners;  // schema to plugin
  for (const Manifest& manifest : manifests_) {
    if (manifest.schema.empty()) continue;
    checks_in(faults, manifest.name, "plugin.yaml");
    const auto [at, added] = owners.emplace(manifest.schema, manifest.name);
    attempt(faults, [&, &at = at, &added = added] {
      if (!added)
        throw Error("bad_manifest", {{"plugin", manifest.name}, {"what", "the schema " + manifest.schema + " belongs to the plugin " + at->second}});
    });
  }
}

/// In the order of the plugins' start: a migration may count on those of the plugins that its own needs.
void Catalog::read_all_migrations(const HostSettings& settings, Faults* faults) {
  migrations_ = read_migrations(settings.share_dir / "sql", "host", "podload");
  for (const Manifest& manifest : manifests_) {
    const std::filesystem::path folder = manifest.folder / "sql";
    checks_in(faults, manifest.name, "sql");
    auto migrations = read_sql_folder(folder, manifest.name, manifest.schema, faults);
    attempt(faults, [&] {
      if (manifest.schema.empty() != migrations.empty())
        throw Error(manifest.schema.empty() ? "sql_without_schema" : "schema_without_sql", {{"plugin", manifest.name}, {"folder", folder.string()}});
    });
    for (Migration& migration : migrations) {
      migration.as_schema_role = true;
      migrations_.push_back(std::move(migration));
    }
  }
}

void Catalog::check_workload_types(Faults* faults) const {
  std::map<std::string, std::string> owners;
  const auto check_row = [&](const Json& row, const std::string& from) {
    const WorkloadType type = WorkloadType::from_row(row);
    const auto [at, added] = owners.emplace(type.name(), from);
    if (!added)
      throw Error("bad_workload_type", {{"kind", type.kind}, {"what", "the type " + type.name() + " is declared in " + at->second + " and in " + from}});
  };
  const auto check = [&](const Json& file, const std::string& from) {
    const Json rows = file.value("workload_types", Json::array());
    attempt(faults, [&] {
      if (!rows.is_array()) throw Error("bad_workload_type", {{"kind", from}, {"what", "`workload_types` must be a list"}});
      for (const Json& row : rows) attempt(faults, [&] { check_row(row, from); });
    });
  };
  for (const Manifest& manifest : manifests_) {
    checks_in(faults, manifest.name, "plugin.yaml");
    if (manifest.rows.is_object()) check(manifest.rows, manifest.name);
  }
  check(declared_, "podload.yaml");
}

const Manifest& Catalog::manifest(const std::string& plugin) const {
  return *std::find_if(manifests_.begin(), manifests_.end(), [&](const Manifest& m) { return m.name == plugin; });
}

std::vector<Json> Catalog::declared(std::string_view key) const {
  std::vector<Json> rows;
  const auto add = [&](const Json& file, const std::string& from) {
    const auto found = file.find(key);
    if (found == file.end()) return;
    for (Json row : *found) {
      if (row.is_object()) row["plugin"] = from;
      rows.push_back(std::move(row));
    }
  };
  for (const Manifest& manifest : manifests_) add(manifest.rows, manifest.name);
  add(declared_, "podload.yaml");
  return rows;
}

Json Catalog::shown_config() const {
  Json shown = Json::object();
  for (const Manifest& manifest : manifests_) {
    Json config = configs_.at(manifest.name);
    for (const ConfigRow& row : manifest.config)
      if (row.secret && !config[row.key].is_null()) config[row.key] = "(secret)";
    shown[manifest.name] = std::move(config);
  }
  return shown;
}

}  // namespace podload
