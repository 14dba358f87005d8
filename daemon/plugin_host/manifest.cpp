#include "plugin_host/manifest.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>
#include <string_view>

#include "base/faults.hpp"
#include "base/spelling.hpp"
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
  if (!trusted_owner) throw Error("not_ours", {{"file", path.string()}});
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) throw Error("writable_by_others", {{"file", path.string()}});
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

/// Throws for a key of a row that the host does not read.
void check_keys(const Json& row, const std::vector<std::string>& known, const std::string& plugin, const std::string& where) {
  if (!row.is_object()) refuse(plugin, where + ": each row must be a mapping");
  for (const auto& [key, value] : row.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      refuse(plugin, where + ": `" + key + "` is not known" + did_you_mean(key, known));
}

CommandRow command_of(const Json& row, const std::string& plugin) {
  check_keys(row, {"name", "help", "arguments", "after"}, plugin, "commands");
  CommandRow command{text_member(row, "name"), text_member(row, "help"), {}, row.value("after", std::vector<std::string>())};
  if (command.name.empty()) refuse(plugin, "commands: a row has no name");
  const Json arguments = row.value("arguments", Json::array());
  for (const Json& argument : arguments) {
    check_keys(argument, {"name", "help", "flag", "option", "required"}, plugin, "commands: " + command.name);
    command.arguments.push_back(argument_of(argument));
  }
  return command;
}

/// Reads a plugin.yaml key by key, so that what is wrong with one hides nothing of the others.
class Parser {
 public:
  Parser(const Json& file, const std::string& plugin, Faults* faults) : file_(file), plugin_(plugin), faults_(faults) {}

  Manifest parse() {
    Manifest manifest;
    manifest.name = plugin_;
    if (!file_.is_object()) {
      attempt(faults_, [&] { refuse(plugin_, "it must be a mapping"); });
      return manifest;
    }
    manifest.rows = file_;
    for (const auto& [key, value] : file_.items())
      if (std::find(host_keys().begin(), host_keys().end(), key) == host_keys().end()) manifest.other_keys.push_back(key);
    part("name", [&] { check_name(text_member(file_, "name")); });
    part("version", [&] {
      manifest.version = text_member(file_, "version");
      if (manifest.version.empty()) refuse(plugin_, "version: is missing; three numbers, such as 1.0.0");
    });
    for (const auto& [key, member] : {std::pair("summary", &manifest.summary), std::pair("abi", &manifest.abi),
                                      std::pair("replaces", &manifest.replaces), std::pair("schema", &manifest.schema)})
      part(key, [&, &key = key, &member = member] { *member = file_.value(key, std::string()); });
    part("schema", [&] { check_schema(manifest.schema, plugin_); });
    part("declares", [&] {
      const Json declares = file_.value("declares", Json::object());
      if (!declares.is_object()) refuse(plugin_, "declares: must be a mapping of keys to JSON schemas");
      manifest.declares = declares;
    });
    rows_of_mapping("needs", [&](const std::string& name, const Json& version) {
      if (!version.is_string()) refuse(plugin_, "needs: write the version of " + name + " in quotes");
      manifest.needs[name] = version.get<std::string>();
    });
    part("wants", [&] { manifest.wants = file_.value("wants", std::vector<std::string>()); });
    part("subscribes", [&] { manifest.subscribes = file_.value("subscribes", std::vector<std::string>()); });
    part("subscribes_in_order", [&] { manifest.subscribes_in_order = file_.value("subscribes_in_order", false); });
    part("essential", [&] { manifest.essential = file_.value("essential", false); });
    part("concurrency", [&] { manifest.concurrency = concurrency_of(file_, plugin_); });
    part("seconds", [&] { manifest.seconds = seconds_of(file_, plugin_); });
    part("cluster_rights", [&] { check_cluster_rights(file_.value("cluster_rights", Json::array()), plugin_, faults_); });
    rows_of("emits", [&](const Json& row) { add_event(manifest, row); });
    rows_of("config", [&](const Json& row) { manifest.config.push_back(ConfigRow::from_json(row, plugin_)); });
    rows_of("commands", [&](const Json& row) { manifest.commands.push_back(command_of(row, plugin_)); });
    return manifest;
  }

 private:
  /// The key's value has another type than `work` expects, or what it says is wrong.
  template <class Work>
  void part(const std::string& key, const Work& work) {
    attempt(faults_, [&] {
      try {
        work();
      } catch (const Json::exception& error) {
        const std::string_view what = error.what();  // "[json.exception.…] type must be …"
        refuse(plugin_, key + ": " + std::string(what.substr(what.find("] ") == std::string_view::npos ? 0 : what.find("] ") + 2)));
      }
    });
  }
  template <class Work>
  void rows_of(const std::string& key, const Work& work) {
    const Json rows = file_.value(key, Json::array());
    part(key, [&] {
      if (!rows.is_array()) refuse(plugin_, key + ": must be a list");
    });
    if (rows.is_array())
      for (const Json& row : rows) part(key, [&] { work(row); });
  }
  template <class Work>
  void rows_of_mapping(const std::string& key, const Work& work) {
    const Json rows = file_.value(key, Json::object());
    part(key, [&] {
      if (!rows.is_object()) refuse(plugin_, key + ": must be a mapping");
    });
    if (rows.is_object())
      for (const auto& [name, value] : rows.items()) part(key, [&, &name = name, &value = value] { work(name, value); });
  }

  void check_name(const std::string& name) const {
    if (name != plugin_) refuse(plugin_, "name: «" + name + "» must be the name of its folder");
    if (name == "host") refuse(plugin_, "name: `host` is podload's own");
  }

  void add_event(Manifest& manifest, const Json& row) const {
    const std::string event = text_member(row, "name");
    if (event.find('.') == std::string::npos || text_member(row, "help").empty())
      refuse(plugin_, "emits: each row must have a name (`thing.happened`) and a help text");
    check_keys(row, {"name", "help", "data"}, plugin_, "emits: " + event);
    manifest.emits.push_back(event);
    if (const auto data = row.find("data"); data != row.end()) manifest.event_data[event] = *data;
  }

  const Json& file_;
  const std::string plugin_;
  Faults* const faults_;
};

Json read_ui(const std::filesystem::path& file, const std::string& plugin) {
  if (!std::filesystem::exists(file)) return {};
  try {
    return parse_json(read_file(file));
  } catch (const NotJson&) {
    throw Error("bad_page", {{"plugin", plugin}, {"what", "it is not JSON"}});
  }
}

Json optional_yaml(const std::filesystem::path& file) {
  return std::filesystem::exists(file) ? read_yaml(file) : Json();
}

/// That nobody else may write the plugin's files, or place them elsewhere.
void check_files(const std::filesystem::path& folder, const std::string& plugin, Faults* faults) {
  checks_in(faults, plugin, "");
  attempt(faults, [&] { refuse_writable(folder); });
  attempt(faults, [&] { refuse_outside(folder, folder.parent_path()); });
  std::vector<std::filesystem::path> files;
  for (const char* file : {"plugin.yaml", "api.yaml", "words.yaml", "ui.json", "plugin.so", "sql"}) files.push_back(folder / file);
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "sql", none)) files.push_back(entry.path());
  for (const auto& file : files) {
    checks_in(faults, plugin, file.lexically_relative(folder).string());
    attempt(faults, [&] {
      refuse_writable(file);
      refuse_outside(file, file.parent_path());
    });
  }
}

}  // namespace

void check_plugin_name(const std::string& name) {
  if (name.empty() || name.starts_with('.') || name.find('/') != std::string::npos) refuse(name, "a plugin's name must be the name of its folder");
}

void check_plugin_dir(const std::filesystem::path& plugin_dir) { refuse_writable(plugin_dir); }

Manifest read_manifest(const std::filesystem::path& plugin_dir, const std::string& name, Faults* faults) {
  check_plugin_name(name);
  const std::filesystem::path folder = plugin_dir / name;
  check_files(folder, name, faults);
  Manifest manifest;
  manifest.name = name;
  checks_in(faults, name, "plugin.yaml");
  attempt(faults, [&] {
    const Json file = read_yaml(folder / "plugin.yaml");
    manifest = Parser(file, name, faults).parse();
  });
  manifest.folder = folder;
  checks_in(faults, name, "api.yaml");
  attempt(faults, [&] { manifest.api = optional_yaml(folder / "api.yaml"); });
  checks_in(faults, name, "words.yaml");
  attempt(faults, [&] { manifest.words = optional_yaml(folder / "words.yaml"); });
  checks_in(faults, name, "ui.json");
  attempt(faults, [&] { manifest.ui = read_ui(folder / "ui.json", name); });
  return manifest;
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

std::string unmet_need(const std::string& plugin, const std::string& version, const std::vector<Manifest>& manifests) {
  const auto other = std::find_if(manifests.begin(), manifests.end(), [&](const Manifest& m) { return answers_to(m, plugin); });
  if (other != manifests.end()) return satisfies(other->version, version) ? "" : "it needs " + plugin + " " + version + ", but " + other->version + " is installed";
  std::vector<std::string> names;
  for (const Manifest& manifest : manifests) names.push_back(manifest.name);
  return "it needs the plugin " + plugin + ", which is not configured" + did_you_mean(plugin, names);
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
