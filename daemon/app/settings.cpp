#include "app/settings.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "config/yaml.hpp"
#include "http/public_addresses.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

using Type = ConfigRow::Type;

std::vector<ConfigRow> host_rows(const std::filesystem::path& executable) {
  const std::filesystem::path prefix = executable.parent_path().parent_path();
  const auto row = [](const char* key, Type type, Json otherwise, const char* help) {
    ConfigRow made;
    made.key = key;
    made.type = type;
    made.default_value = std::move(otherwise);
    made.help = help;
    return made;
  };
  std::vector<ConfigRow> rows{
      row("listen", Type::text, "/run/podload/podloadd.sock", "Unix socket on which nginx connects with FastCGI"),
      row("database", Type::text, "dbname=podload user=podloadd", "libpq connection string of the daemon's role: key=value pairs or a postgresql:// URI"),
      row("owner_database", Type::text, "dbname=podload user=podload_owner", "The same for the owner's role; only `migrate` uses it"),
      row("key_file", Type::text, "/etc/podload/secret.key", "File of 32 random bytes, the key that encrypts kubeconfigs; readable only by the daemon"),
      row("log_format", Type::text, "json", "json or plain"),
      row("log_level", Type::text, "info", "debug, info, warn or error"),
      row("workers", Type::integer, 32, "Threads that serve requests: at most a quarter for one cluster's reads, a quarter for its changes, half for all reads"),
      row("body_limit", Type::integer, 512 * 1024, "Largest request body under /api/admin/ in bytes; elsewhere 16 kB, for signing in 4 kB"),
      row("streams", Type::integer, 10'000, "Open streams of events (live lists); each takes one connection to nginx"),
      row("streams_of_user", Type::integer, 100, "The same of one user"),
      row("public_addresses", Type::list, Json::array(), "Addresses of the console besides loopback, each as scheme://host or scheme://host:port, like https://podload.example"),
      row("start_seconds", Type::integer, 30, "Seconds that a plugin may take to start; after that the daemon exits and names it"),
      row("event_attempts", Type::integer, 24, "Attempts to deliver an event to a subscriber, at growing intervals, before it is given up (24: about three hours)"),
      row("plugins", Type::list, Json::array({"audit", "auth", "cluster", "pod-load", "objects"}), "The plugins to load"),
      row("workload_types", Type::list, Json::array(), "Kinds that own Pods, one row per kind, as in plugin.yaml (daemon/docs/workload-type.md)"),
      row("plugin_dir", Type::text, (prefix / "lib/podload/plugins").string(), "Folder of the plugins' folders"),
      row("extra_plugin_dir", Type::text, "", "Folder of further plugins' folders: those that are not in plugin_dir"),
      row("share_dir", Type::text, (prefix / "share/podload").string(), "Folder of the host's data and SQL files")};
  for (ConfigRow& made : rows) {
    if (made.key == "workers") made.minimum = 4, made.maximum = 1024;
    if (made.key == "streams" || made.key == "streams_of_user") made.minimum = 1, made.maximum = 100'000;
    if (made.key == "start_seconds") made.minimum = 1, made.maximum = 600;
    if (made.key == "event_attempts") made.minimum = 1, made.maximum = 1000;
    if (made.key == "body_limit") made.minimum = 1024, made.maximum = 64 << 20;
  }
  return rows;
}

/// Anyone who may write the file can choose the libraries that the daemon loads.
void refuse_foreign(const std::filesystem::path& file) {
  struct stat found {};
  if (stat(file.c_str(), &found) != 0) return;  // the reader reports the reason
  if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0) throw Error("writable_by_others", {{"file", file.string()}});
  if (found.st_uid != 0 && found.st_uid != geteuid()) throw Error("not_ours", {{"file", file.string()}});
}

/// Checks that every entry of a list is a text.
void refuse_other_than_texts(const AppSettings& settings, const char* key) {
  for (const Json& entry : settings.host.at(key))
    if (!entry.is_string()) throw Error("bad_config_value", {{"key", key}, {"what", "every entry must be a string"}});
}

}  // namespace

AppSettings read_settings(const std::filesystem::path& file, const std::filesystem::path& executable,
                          const Environment& environment) {
  const std::vector<ConfigRow> rows = host_rows(executable);
  if (!file.empty()) refuse_foreign(file);
  const Json whole = file.empty() ? Json::object() : read_yaml(file);
  if (!whole.is_null() && !whole.is_object()) throw Error("bad_config_value", {{"key", file.string()}, {"what", "it must be a mapping"}});

  // A mapping whose name is not a row of the host is a plugin's section.
  AppSettings settings;
  settings.sections = Json::object();
  Json host = Json::object();
  if (whole.is_object())
    for (const auto& [key, value] : whole.items()) {
      if (value.is_object() || value.is_null())
        settings.sections[key] = value;
      else
        host[key] = value;
    }
  settings.host = checked_config(rows, host, "", environment);
  const std::string format = settings.text("log_format");
  if (format != "json" && format != "plain") throw Error("bad_config_value", {{"key", "log_format"}, {"what", "it must be json or plain"}});
  const std::string level = settings.text("log_level");
  if (level != "debug" && level != "info" && level != "warn" && level != "error")
    throw Error("bad_config_value", {{"key", "log_level"}, {"what", "it must be debug, info, warn or error"}});
  for (const char* key : {"plugins", "public_addresses"}) refuse_other_than_texts(settings, key);
  const PublicAddresses checked(settings.texts("public_addresses"));  // throws if they are invalid
  return settings;
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

}  // namespace podload
