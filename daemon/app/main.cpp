// podloadd: serve | migrate | roles | config | version | plugin, and the commands that plugins declare.
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>

#include "app/plugin_commands.hpp"
#include "app/serve.hpp"
#include "app/settings.hpp"
#include "base/crash_report.hpp"
#include "base/line_log.hpp"
#include "base/system_clock.hpp"
#include "config/yaml.hpp"
#include "net/curl_http_client.hpp"
#include "podload/abi.hpp"
#include "podload/error.hpp"
#include "storage/pool.hpp"
#include "storage/schema_role.hpp"

namespace podload {
namespace {

constexpr const char* kVersion = PODLOAD_VERSION;
constexpr AbiRecord kAbi = abi_record();

LogLevel level_named(const std::string& name) {
  if (name == "debug") return LogLevel::debug;
  if (name == "warn") return LogLevel::warn;
  if (name == "error") return LogLevel::error;
  return LogLevel::info;
}

std::string terminal_language() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
      return std::string_view(value).starts_with("zh") ? "zh-CN" : "en";
  return "en";
}

/// The objects that commands and serve share, built from the configuration file.
class App {
 public:
  App(const std::filesystem::path& config_file, const std::filesystem::path& executable)
      : settings_(read_settings(config_file, executable, process_environment())),
        log_(STDERR_FILENO, settings_.text("log_format") == "plain" ? LineLog::Format::plain : LineLog::Format::json,
             level_named(settings_.text("log_level")), clock_) {
    report_crashes(STDERR_FILENO, settings_.text("log_format") != "plain");
    database_ = std::make_unique<ConnectionPool>(settings_.text("database"), settings_.number("workers"), log_, &metrics_);
    http_ = std::make_unique<net::CurlHttpClient>(log_);
    host_ = std::make_unique<PluginHost>(host_settings(settings_), HostTools{log_, clock_, *database_, *http_, metrics_});
  }

  const AppSettings& settings() const { return settings_; }
  PluginHost& host() { return *host_; }

  int serve() {
    return podload::serve(settings_, *host_, *database_, metrics_, [this] { http_->stop(); }, log_);
  }

  int migrate() {
    const int count = apply_migrations(settings_.text("owner_database"), host_->migrations(), std::cout);
    if (count == 0) std::cout << "the database is up to date\n";
    return 0;
  }

  int roles() {
    std::vector<std::string> schemas;
    for (const Manifest& manifest : host_->manifests())
      if (!manifest.schema.empty()) schemas.push_back(manifest.schema);
    std::cout << SchemaRole::creation_sql(schemas);
    return 0;
  }

  int config() {
    Json shown = settings_.host;
    shown.update(host_->shown_config());
    std::cout << shown.dump(2) << "\n";
    return 0;
  }

  int command(const std::string& name, const Json& args) {
    check_migrations(*database_, host_->migrations());
    host_->start();
    const int code = host_->run_command(name, args, std::cout);
    host_->stop();
    return code;
  }

 private:
  SystemClock clock_;
  AppSettings settings_;
  LineLog log_;
  MetricsRegistry metrics_{log_};
  std::unique_ptr<ConnectionPool> database_;
  std::unique_ptr<net::CurlHttpClient> http_;
  std::unique_ptr<PluginHost> host_;
};

/// Prints the error in the terminal's language; returns the exit code.
int refused(const Error& error, const Words& words) {
  std::cerr << "podloadd: " << words.say(terminal_language(), error.code(), error.args());
  if (!error.internal().empty()) std::cerr << " (" << error.internal() << ")";
  std::cerr << "\n";
  return 1;
}

/// Adds a plugin's command ("user add") with its arguments; `run` receives them as JSON.
void add_command(CLI::App& root, const CommandRow& row, const std::function<void(const std::string&, Json)>& run) {
  CLI::App* at = &root;
  std::istringstream words(row.name);
  for (std::string word; words >> word;) {
    CLI::App* child = nullptr;
    for (CLI::App* candidate : at->get_subcommands({}))
      if (candidate->get_name() == word) child = candidate;
    if (at != &root) at->require_subcommand(1);  // "user" alone is not a command
    at = child != nullptr ? child : at->add_subcommand(word);
  }
  at->description(row.help);
  const auto args = std::make_shared<Json>(Json::object());
  for (const CommandArgument& argument : row.arguments) {
    const std::string name = argument.name;
    if (argument.kind == CommandArgument::Kind::flag) {
      (*args)[name] = false;
      at->add_flag_callback("--" + name, [args, name] { (*args)[name] = true; }, argument.help);
      continue;
    }
    const bool option = argument.kind == CommandArgument::Kind::option;
    auto* added = at->add_option_function<std::string>(
        option ? "--" + name : name, [args, name](const std::string& value) { (*args)[name] = value; }, argument.help);
    if (argument.required) added->required();
  }
  at->callback([run, args, name = row.name] { run(name, *args); });
}

/// What must be known before the plugins' commands are: the value of --config, in either spelling, and the first word.
struct Invocation {
  std::string config_file, command;
};

Invocation invocation_in(int argc, char** argv) {
  CLI::App only_config;
  Invocation given;
  only_config.set_help_flag();
  only_config.allow_extras();
  only_config.prefix_command(false);
  only_config.add_option("--config", given.config_file);
  try {
    only_config.parse(argc, argv);
    if (const auto rest = only_config.remaining(); !rest.empty()) given.command = rest.front();
  } catch (const CLI::ParseError&) {  // parsing the whole command line reports it better
  }
  return given;
}

/// The installed texts of the host, for errors before podload.yaml is read.
Words words_beside(const std::filesystem::path& executable) {
  Words words;
  words.add(read_yaml(executable.parent_path().parent_path() / "share/podload/host/words.yaml"), "host/words.yaml");
  return words;
}

/// `plugin check` and `plugin new`, and what they were given.
class PluginCommands {
 public:
  explicit PluginCommands(CLI::App& root) {
    CLI::App* plugin = root.add_subcommand("plugin", "For authors of plugins")->require_subcommand(1);
    check_ = plugin->add_subcommand("check", "Say all that is wrong with a plugin's folder, without running its code");
    check_->add_option("folder", folder_, "The plugin's folder")->required();
    make_ = plugin->add_subcommand("new", "Write the folder of a plugin that builds and passes its tests");
    make_->add_option("name", name_, "Its name: a-z, 0-9 and -")->required();
    make_->add_option("--in", folder_, "The folder to write it into; default: the current one");
  }

  int run(const std::filesystem::path& executable, const std::string& config_file) const {
    HostSettings settings = host_settings(read_settings(config_file, executable, process_environment()));
    settings.sections = Json::object();
    settings.environment = [](const std::string&) { return std::optional<std::string>(); };
    if (check_->parsed()) return check_plugin_folder(folder_, settings, terminal_language(), std::cout);
    const auto made = make_plugin_folder(name_, folder_.empty() ? "." : folder_, settings.share_dir);
    const Json places = {{"folder", made.string()}, {"prefix", settings.share_dir.parent_path().parent_path().string()}};
    std::cout << words_beside(executable).say(terminal_language(), "plugin_made", places) << "\n";
    return 0;
  }

 private:
  CLI::App *check_ = nullptr, *make_ = nullptr;
  std::string folder_, name_;
};

int run(int argc, char** argv) {
  const std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe");
  CLI::App root("podloadd: takes Kubernetes Pods out of load balancing and puts them back");
  std::string config_file;
  root.add_option("--config", config_file, "The configuration file, podload.yaml");
  root.require_subcommand(1);
  std::string chosen;
  Json args;
  for (const auto& [name, help] : {std::pair("serve", "Serve requests until SIGTERM"), std::pair("migrate", "Bring the database up to date, as its owner"),
                                   std::pair("roles", "Print SQL for a superuser: the database roles that the plugins' migrations run as"),
                                   std::pair("config", "Print the configuration in force, secrets masked"), std::pair("version", "Print versions")})
    root.add_subcommand(name, help)->callback([&chosen, chosen_name = std::string(name)] { chosen = chosen_name; });

  const PluginCommands plugin_commands(root);
  const Invocation given = invocation_in(argc, argv);
  std::unique_ptr<App> app;
  if (given.command != "version" && given.command != "plugin") {
    // The plugins' commands are declared in their manifests, which the configuration locates: so it is read first.
    try {
      app = std::make_unique<App>(given.config_file, executable);
    } catch (const Error& error) {
      return refused(error, words_beside(executable));
    }
    try {
      app->host().load();
    } catch (const Error& error) {
      return refused(error, app->host().words());
    }
    std::set<std::string> commands;  // plugins may share one
    for (const Manifest& manifest : app->host().manifests())
      for (const CommandRow& row : manifest.commands)
        if (commands.insert(row.name).second) add_command(root, row, [&](const std::string& name, Json given) {
          chosen = name;
          args = std::move(given);
        });
  }
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return root.exit(error);
  }
  if (chosen == "version") {
    std::cout << "podloadd " << kVersion << "\n" << kAbi.text << "\n";
    return 0;
  }
  if (given.command == "plugin") {
    try {
      return plugin_commands.run(executable, config_file);
    } catch (const Error& error) {
      return refused(error, words_beside(executable));
    }
  }
  try {
    if (chosen == "serve") return app->serve();
    if (chosen == "migrate") return app->migrate();
    if (chosen == "roles") return app->roles();
    if (chosen == "config") return app->config();
    return app->command(chosen, args);
  } catch (const Error& error) {
    return refused(error, app->host().words());
  }
}

}  // namespace
}  // namespace podload

int main(int argc, char** argv) {
  umask(027);  // files are accessible to the own group at most
  // Memory of large replies returns to the system when they are freed, instead of staying with the threads that read
  // them.
  mallopt(M_MMAP_THRESHOLD, 256 << 10);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
  mallopt(M_ARENA_MAX, 4);
  try {
    return podload::run(argc, argv);
  } catch (const std::exception& error) {  // before the texts were read, or unforeseen
    std::cerr << "podloadd: " << error.what() << "\n";
    return 1;
  }
}
