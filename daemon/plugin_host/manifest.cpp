#include "plugin_host/manifest.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>

#include "config/yaml.hpp"
#include "plugin_host/cluster_rights.hpp"
#include "podload/error.hpp"
#include "podload/files.hpp"
#include "podload/parse_json.hpp"

namespace podload {
namespace {

constexpr std::int64_t kLongestHandler = 3600;  // in seconds

[[noreturn]] void refuse(const std::string& plugin, const std::string& what) {
  throw Error("bad_manifest", {{"plugin", plugin}, {"what", what}});
}

void refuse_writable(const std::filesystem::path& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return;  // a missing file is reported elsewhere
  const bool trusted_owner = status.st_uid == 0 || status.st_uid == geteuid();
  if (!trusted_owner || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) throw Error("writable_by_others", {{"file", path.string()}});
}

/// The target of a symbolic link may be writable by others, or be swapped between check and load.
void refuse_outside(const std::filesystem::path& path, const std::filesystem::path& folder) {
  std::error_code none;
  const std::filesystem::path real = std::filesystem::canonical(path, none);
  if (!none && real != std::filesystem::canonical(folder) / path.filename())
    throw Error("outside_folder", {{"file", path.string()}, {"target", real.string()}});
}

/// The schema's name is part of a role's, `podload_` and the name, which has at most 63 characters in PostgreSQL.
void check_schema(const std::string& schema, const std::string& plugin) {
  constexpr std::size_t kLongest = 50;
  if (schema.empty()) return;
  if (schema.size() > kLongest || schema.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos || schema.find_first_of("0123456789_") == 0)
    refuse(plugin, "schema: `" + schema + "` must be of a-z, 0-9 and _, begin with a letter, and have at most 50 characters");
  for (const char* taken : {"podload", "owner", "public", "information_schema"})  // podload_owner is a role already
    if (schema == taken) refuse(plugin, "schema: `" + schema + "` is taken; choose another name, such as that of the plugin");
  if (schema.starts_with("pg_")) refuse(plugin, "schema: names that begin with pg_ are PostgreSQL's own");
}

CommandArgument argument_of(const Json& row) {
  CommandArgument argument;
  argument.name = text_member(row, "name");
  argument.help = text_member(row, "help");
  if (row.value("flag", false)) argument.kind = CommandArgument::Kind::flag;
  if (row.value("option", false)) argument.kind = CommandArgument::Kind::option;
  argument.required = row.value("required", argument.kind == CommandArgument::Kind::positional);
  return argument;
}

std::vector<int> numbers(const std::string& version) {
  std::vector<int> parts;
  const char* at = version.data();
  const char* end = at + version.size();
  while (at < end) {
    int part = 0;
    const auto [stop, error] = std::from_chars(at, end, part);
    if (error != std::errc()) break;
    parts.push_back(part);
    at = stop < end && *stop == '.' ? stop + 1 : end;
  }
  while (!parts.empty() && parts.back() == 0) parts.pop_back();  // 1.0 equals 1
  return parts;
}

std::optional<std::size_t> concurrency_of(const Json& file, const std::string& plugin) {
  const auto found = file.find("concurrency");
  if (found == file.end()) return std::nullopt;
  if (*found == "all") return std::numeric_limits<std::size_t>::max();
  if (!found->is_number_integer() || found->get<std::int64_t>() < 1) refuse(plugin, "concurrency: must be a number from 1, or `all`");
  return found->get<std::size_t>();
}

std::chrono::seconds seconds_of(const Json& file, const std::string& plugin) {
  const auto found = file.find("seconds");
  if (found == file.end()) return Manifest().seconds;
  if (!found->is_number_integer() || found->get<std::int64_t>() < 1 || found->get<std::int64_t>() > kLongestHandler)
    refuse(plugin, "seconds: must be a number from 1 to " + std::to_string(kLongestHandler));
  return std::chrono::seconds(found->get<std::int64_t>());
}

Manifest parse(const std::filesystem::path& folder, const Json& file) {
  const std::string folder_name = folder.filename().string();
  if (!file.is_object()) refuse(folder_name, "plugin.yaml must be a mapping");

  Manifest manifest;
  for (const auto& [key, value] : file.items())
    if (std::find(host_keys().begin(), host_keys().end(), key) == host_keys().end()) manifest.other_keys.push_back(key);
  manifest.declares = file.value("declares", Json::object());
  if (!manifest.declares.is_object()) refuse(folder_name, "declares: must be a mapping of keys to JSON schemas");
  manifest.folder = folder;
  manifest.name = text_member(file, "name");
  manifest.version = text_member(file, "version");
  manifest.summary = text_member(file, "summary");
  manifest.schema = text_member(file, "schema");
  manifest.abi = text_member(file, "abi");
  manifest.replaces = text_member(file, "replaces");
  check_schema(manifest.schema, folder_name);
  manifest.rows = file;
  if (manifest.name != folder_name) refuse(folder_name, "plugin.yaml has the name «" + manifest.name + "»; it must be the name of its folder");
  if (manifest.name == "host") refuse(folder_name, "the name `host` is podload's own");
  if (manifest.version.empty()) refuse(manifest.name, "plugin.yaml has no version");
  const Json needs = file.value("needs", Json::object());
  for (const auto& [name, version] : needs.items()) {
    if (!version.is_string()) refuse(manifest.name, "needs: write the version of " + name + " in quotes");
    manifest.needs[name] = version.get<std::string>();
  }
  manifest.wants = file.value("wants", std::vector<std::string>());
  const Json emits = file.value("emits", Json::array());
  for (const Json& row : emits) {
    const std::string event = text_member(row, "name");
    if (event.find('.') == std::string::npos || text_member(row, "help").empty()) refuse(manifest.name, "emits: each row must have a name (`thing.happened`) and a help text");
    manifest.emits.push_back(event);
  }
  manifest.subscribes = file.value("subscribes", std::vector<std::string>());
  manifest.essential = file.value("essential", false);
  manifest.concurrency = concurrency_of(file, manifest.name);
  manifest.seconds = seconds_of(file, manifest.name);
  manifest.subscribes_in_order = file.value("subscribes_in_order", false);
  check_cluster_rights(file.value("cluster_rights", Json::array()), manifest.name);
  const Json config = file.value("config", Json::array());
  for (const Json& row : config) manifest.config.push_back(ConfigRow::from_json(row, manifest.name));
  const Json commands = file.value("commands", Json::array());
  for (const Json& row : commands) {
    CommandRow command{text_member(row, "name"), text_member(row, "help"), {}, row.value("after", std::vector<std::string>())};
    const Json arguments = row.value("arguments", Json::array());
    for (const Json& argument : arguments) command.arguments.push_back(argument_of(argument));
    manifest.commands.push_back(std::move(command));
  }
  return manifest;
}

Json read_ui(const std::filesystem::path& file, const std::string& plugin) {
  try {
    return parse_json(read_file(file));
  } catch (const NotJson&) {
    throw Error("bad_page", {{"plugin", plugin}, {"what", "it is not JSON"}});
  }
}

Json optional_yaml(const std::filesystem::path& file) {
  return std::filesystem::exists(file) ? read_yaml(file) : Json();
}

}  // namespace

void check_plugin_name(const std::string& name) {
  if (name.empty() || name.starts_with('.') || name.find('/') != std::string::npos) refuse(name, "a plugin's name must be the name of its folder");
}

Manifest read_manifest(const std::filesystem::path& plugin_dir, const std::string& name) {
  check_plugin_name(name);
  const std::filesystem::path folder = plugin_dir / name;
  refuse_writable(plugin_dir);
  refuse_writable(folder);
  refuse_outside(folder, plugin_dir);
  for (const char* file : {"plugin.yaml", "api.yaml", "words.yaml", "ui.json", "plugin.so", "sql"}) {
    refuse_writable(folder / file);
    refuse_outside(folder / file, folder);
  }
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "sql", none)) {
    refuse_writable(entry.path());
    refuse_outside(entry.path(), folder / "sql");
  }
  try {
    Manifest manifest = parse(folder, read_yaml(folder / "plugin.yaml"));
    manifest.api = optional_yaml(folder / "api.yaml");
    manifest.words = optional_yaml(folder / "words.yaml");
    if (std::filesystem::exists(folder / "ui.json")) manifest.ui = read_ui(folder / "ui.json", name);
    return manifest;
  } catch (const Json::exception& error) {
    refuse(folder.filename().string(), std::string("plugin.yaml: ") + error.what());
  }
}

const std::vector<std::string>& host_keys() {
  static const std::vector<std::string> kKeys{"name", "version", "summary", "schema", "needs", "wants", "config", "commands", "emits", "subscribes",
                                              "subscribes_in_order", "workload_types", "abi", "replaces", "cluster_rights", "essential",
                                              "concurrency", "seconds", "declares"};
  return kKeys;
}

bool answers_to(const Manifest& manifest, const std::string& name) { return manifest.name == name || manifest.replaces == name; }

bool satisfies(const std::string& version, const std::string& wanted) {
  const std::string least = wanted.substr(std::min(wanted.find_first_of("0123456789"), wanted.size()));
  const std::vector<int> has = numbers(version), needs = numbers(least);
  return !std::lexicographical_compare(has.begin(), has.end(), needs.begin(), needs.end());
}

std::vector<Manifest> start_order(std::vector<Manifest> manifests) {
  enum class Mark { none, open, done };
  std::map<std::string, Mark> marks;
  std::vector<Manifest> order;
  std::vector<std::string> path;
  const std::function<void(Manifest&)> visit = [&](Manifest& manifest) {
    Mark& mark = marks[manifest.name];
    if (mark == Mark::done) return;
    path.push_back(manifest.name);
    if (mark == Mark::open) {
      std::string circle;
      for (auto at = std::find(path.begin(), path.end(), manifest.name); at != path.end(); ++at)
        circle += (circle.empty() ? "" : " → ") + *at;
      throw Error("plugin_circle", {{"plugins", circle}});
    }
    mark = Mark::open;
    std::vector<std::string> before = manifest.wants;
    for (const auto& [name, version] : manifest.needs) before.push_back(name);
    for (const std::string& name : before) {
      const auto other = std::find_if(manifests.begin(), manifests.end(), [&](const Manifest& m) { return answers_to(m, name); });
      if (other != manifests.end()) visit(*other);
    }
    path.pop_back();
    marks[manifest.name] = Mark::done;
    order.push_back(manifest);
  };
  for (Manifest& manifest : manifests) visit(manifest);
  return order;
}

}  // namespace podload
