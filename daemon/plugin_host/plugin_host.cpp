#include "plugin_host/plugin_host.hpp"

#include <algorithm>

#include "config/yaml.hpp"
#include "plugin_host/host_for_plugin.hpp"
#include "plugin_host/library.hpp"
#include "plugin_host/pages.hpp"
#include "plugin_host/start_deadline.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"
#include "podload/workload_type.hpp"

namespace podload {

/// A started plugin and its host.
struct PluginHost::Running {
  std::string name;
  std::unique_ptr<HostForPlugin> host;
  PluginObject plugin;
};

namespace {

constexpr int kDeliverers = 8;  // how many slow receivers can be served at a time before others wait

double milliseconds_since(SteadyTime began, SteadyTime now) { return std::chrono::duration<double, std::milli>(now - began).count(); }

}  // namespace

PluginHost::PluginHost(Settings settings, Tools tools)
    : settings_(std::move(settings)), tools_(tools), instance_(new_uuid()), outbox_(tools.database, tools.log, settings_.event_attempts), jobs_(tools.log) {}

PluginHost::~PluginHost() { stop(); }

void PluginHost::load() {
  words_.add(read_yaml(settings_.share_dir / "host" / "words.yaml"), "host/words.yaml");
  contract_.add("host", read_yaml(settings_.share_dir / "host" / "api.yaml"));
  std::vector<Manifest> manifests;
  for (const std::string& name : settings_.plugins) {
    if (std::any_of(manifests.begin(), manifests.end(), [&](const Manifest& m) { return m.name == name; }))
      throw Error("bad_config_value", {{"key", "plugins"}, {"what", "`" + name + "` stands twice"}});
    const bool extra = !settings_.extra_plugin_dir.empty() && !std::filesystem::exists(settings_.plugin_dir / name);
    manifests.push_back(read_manifest(extra ? settings_.extra_plugin_dir : settings_.plugin_dir, name));
  }
  for (const Manifest& one : manifests)
    for (const Manifest& other : manifests)
      if (&one != &other && !one.replaces.empty() && answers_to(other, one.replaces))
        throw Error("bad_manifest", {{"plugin", one.name},
                                     {"what", "it takes the place of " + one.replaces + ", and so does or is " + other.name +
                                                  "; take one of them out of `plugins`"}});
  manifests_ = start_order(std::move(manifests));
  outbox_.declare(manifests_);
  migrations_ = read_migrations(settings_.share_dir / "sql", "host", "podload");

  std::map<std::string, std::string> schemas;
  std::vector<std::string> names;
  for (const Manifest& manifest : manifests_) {
    names.push_back(manifest.name);
    words_.add(manifest.words, manifest.name + "/words.yaml");
    if (!manifest.api.is_null()) contract_.add(manifest.name, manifest.api);
    configs_[manifest.name] = checked_config(manifest.config, settings_.sections.value(manifest.name, Json()), manifest.name,
                                             settings_.environment);
    if (manifest.schema.empty()) continue;
    const auto [at, added] = schemas.emplace(manifest.schema, manifest.name);
    if (!added)
      throw Error("bad_manifest", {{"plugin", manifest.name}, {"what", "the schema " + manifest.schema + " belongs to the plugin " + at->second}});
    const auto migrations = read_migrations(settings_.share_dir / "sql", manifest.name, manifest.schema);
    migrations_.insert(migrations_.end(), migrations.begin(), migrations.end());
  }
  check_workload_types();
  for (const auto& [section, value] : settings_.sections.items())
    if (std::find(names.begin(), names.end(), section) == names.end())
      tools_.log.warn("the configuration has a section for a plugin that is not in `plugins`", {{"section", section}});
  contract_.close();
  for (const Manifest& manifest : manifests_) pages_[manifest.name] = pages_of(manifest, contract_.operations());
}

void PluginHost::check_workload_types() const {
  std::map<std::string, std::string> owners;
  const auto check = [&](const Json& file, const std::string& from) {
    const Json rows = file.value("workload_types", Json::array());
    if (!rows.is_array()) throw Error("bad_workload_type", {{"kind", from}, {"what", "`workload_types` is no list"}});
    for (const Json& row : rows) {
      const WorkloadType type = WorkloadType::from_row(row);
      const auto [at, added] = owners.emplace(type.name(), from);
      if (!added)
        throw Error("bad_workload_type", {{"kind", type.kind}, {"what", "the type " + type.name() + " stands in " + at->second + " and in " + from}});
    }
  };
  for (const Manifest& manifest : manifests_) check(manifest.rows, manifest.name);
  check(settings_.declared, "podload.yaml");
}

std::string PluginHost::missing_need(const Manifest& manifest) const {
  for (const auto& [name, version] : manifest.needs) {
    const auto other = std::find_if(manifests_.begin(), manifests_.end(), [&, wanted = name](const Manifest& m) { return answers_to(m, wanted); });
    if (other == manifests_.end()) return "it needs the plugin " + name + ", which is not configured";
    if (!satisfies(other->version, version)) return "it needs " + name + " " + version + ", here is " + other->version;
    const auto state = states_.find(other->name);
    if (state != states_.end() && !state->second.empty()) return "it needs the plugin " + name + ", which does not run";
  }
  return outbox_.unheard_of(manifest);
}

void PluginHost::start_jobs() {
  jobs_.add(std::chrono::minutes(1), "unheard events", [this] { outbox_.give_up_unheard(); });
  if (outbox_.has_hearers())
    for (int i = 0; i < kDeliverers; ++i)
      jobs_.add(std::chrono::seconds(1), "events", [this] { outbox_.deliver_due([this] { return jobs_.stopping(); }); });
  jobs_.start();
}

void PluginHost::add_job(std::chrono::milliseconds every, const std::string& name, std::function<void()> job) { jobs_.add(every, name, std::move(job)); }

void PluginHost::start() {
  const SteadyTime began = tools_.clock.steady();
  std::size_t running = 0;
  for (const Manifest& manifest : manifests_) {
    const SteadyTime began_this = tools_.clock.steady();
    std::string& why = states_[manifest.name];
    why = missing_need(manifest);
    if (why.empty()) start_one(manifest);
    if (why.empty()) {
      ++running;
      tools_.log.info("a plugin started", {{"plugin", manifest.name}, {"version", manifest.version},
                                           {"milliseconds", milliseconds_since(began_this, tools_.clock.steady())}});
    } else {
      tools_.log.error("a plugin is not started", {{"plugin", manifest.name}, {"why", why}});
    }
    for (Operation& operation : contract_.operations())
      if (operation.plugin == manifest.name) operation.unavailable = why;
  }
  refuse_unbound();
  tools_.log.info("the plugins are ready", {{"running", running}, {"of", manifests_.size()},
                                            {"milliseconds", milliseconds_since(began, tools_.clock.steady())}});
}

void PluginHost::start_one(const Manifest& manifest) {
  const StartDeadline deadline(manifest.name, settings_.start_limit, words_, tools_.log);  // constructors run in load_library
  auto running = std::make_unique<Running>();
  running->name = manifest.name;
  running->host = std::make_unique<HostForPlugin>(*this, manifest, configs_[manifest.name]);
  running->plugin = load_library(manifest);
  if (!running->plugin) return;  // rows only
  try {
    running->plugin->start(*running->host);
  } catch (...) {  // a plugin call's edge
    if (const auto wrong = running->host->wrong_binding()) throw *wrong;
    states_[manifest.name] = caught_text();
    outbox_.forget(manifest.name);
    for (auto& operation : contract_.operations())
      if (operation.plugin == manifest.name) operation.handler = nullptr;
    for (auto at = offers_.begin(); at != offers_.end();)
      at = running->host->offered(at->first) ? offers_.erase(at) : std::next(at);
    stop_one(*running->plugin, manifest.name);
    return;
  }
  running_.push_back(std::move(running));
}

void PluginHost::stop_one(Plugin& plugin, const std::string& name) noexcept {
  try {
    plugin.stop();
  } catch (...) {  // a plugin call's edge
    tools_.log.error("a plugin threw while it was stopped; the others go on", {{"plugin", name}, {"what", caught_text()}});
  }
}

void PluginHost::refuse_unbound() const {
  for (const Operation& operation : const_cast<Contract&>(contract_).operations()) {
    if (operation.plugin == "host" || operation.handler || !operation.unavailable.empty()) continue;
    throw Error("bad_api", {{"plugin", operation.plugin}, {"what", "the operation " + operation.id + " has no handler"}});
  }
  for (const Manifest& manifest : manifests_)
    for (const std::string& event : manifest.hears)
      if (states_.at(manifest.name).empty() && !outbox_.hears(manifest.name, event))
        throw Error("bad_manifest", {{"plugin", manifest.name}, {"what", "it hears " + event + " and has no code for it (Host::hear)"}});
}

void PluginHost::stop() noexcept {
  jobs_.stop();
  for (auto at = running_.rbegin(); at != running_.rend(); ++at) stop_one(*(*at)->plugin, (*at)->name);
  // The objects are destroyed after all have stopped, in reverse order of creation: they may use each other's offers.
  while (!running_.empty()) running_.pop_back();
}

Dispatcher::Parts PluginHost::parts() {
  const auto offer = [this](const char* name) {
    const auto found = offers_.find(name);
    return found == offers_.end() ? nullptr : found->second;
  };
  Dispatcher::Parts parts;
  parts.authenticator = static_cast<Authenticator*>(offer(Authenticator::kInterface));
  parts.clusters = static_cast<ClusterDirectory*>(offer(ClusterDirectory::kInterface));
  parts.audit = static_cast<AuditLog*>(offer(AuditLog::kInterface));
  parts.database = &tools_.database;
  parts.clock = &tools_.clock;
  return parts;
}

Json PluginHost::pages() const {
  Json pages = Json::array();
  for (const Manifest& manifest : manifests_)
    if (states_.at(manifest.name).empty())
      for (const Json& page : pages_.at(manifest.name)) pages.push_back(page);
  return pages;
}

Json PluginHost::shown_config() const {
  Json shown = Json::object();
  for (const Manifest& manifest : manifests_) {
    Json config = configs_.at(manifest.name);
    for (const ConfigRow& row : manifest.config)
      if (row.secret && !config[row.key].is_null()) config[row.key] = "(secret)";
    shown[manifest.name] = std::move(config);
  }
  return shown;
}

int PluginHost::run_command(const std::string& name, const Json& args, std::ostream& out) {
  struct Part {
    std::string plugin;
    std::vector<std::string> after;
  };
  std::vector<Part> parts;
  for (const Manifest& manifest : manifests_)
    for (const CommandRow& command : manifest.commands)
      if (command.name == name) parts.push_back({manifest.name, command.after});
  if (parts.empty()) throw Error("not_found");
  for (const Part& part : parts) {
    if (commands_[name].contains(part.plugin)) continue;
    const std::string why = states_.at(part.plugin);
    throw Error("plugin_unavailable", {{"plugin", part.plugin}, {"why", why.empty() ? "the command has no code" : why}});
  }
  int code = 0;
  while (!parts.empty()) {
    const auto waits = [&](const Part& part) {
      return std::any_of(parts.begin(), parts.end(), [&](const Part& other) {
        return std::find(part.after.begin(), part.after.end(), other.plugin) != part.after.end();
      });
    };
    const auto next = std::find_if_not(parts.begin(), parts.end(), waits);
    if (next == parts.end()) throw Error("bad_manifest", {{"plugin", parts.front().plugin}, {"what", "the parts of the command " + name + " wait for each other"}});
    const int result = commands_[name][next->plugin](args, out);
    if (code == 0) code = result;
    parts.erase(next);
  }
  return code;
}

void PluginHost::handle(const std::string& plugin, const std::string& operation_id, Handler handler) {
  Operation* operation = contract_.find(operation_id);
  if (operation == nullptr || operation->plugin != plugin)
    throw Error("bad_api", {{"plugin", plugin}, {"what", "a handler for " + operation_id + ", which api.yaml does not have"}});
  operation->handler = std::move(handler);
}

}  // namespace podload
