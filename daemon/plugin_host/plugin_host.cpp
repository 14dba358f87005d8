#include "plugin_host/plugin_host.hpp"

#include <algorithm>

#include "base/crash_report.hpp"
#include "plugin_host/host_for_plugin.hpp"
#include "plugin_host/library.hpp"
#include "plugin_host/start_deadline.hpp"
#include "podload/error.hpp"
#include "podload/ids.hpp"

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

void stop_one(Plugin& plugin, const std::string& name, Log& log) noexcept {
  try {
    const RunningPlugin stopping(name, "stop");
    plugin.stop();
  } catch (...) {  // a plugin call's edge
    log.error("a plugin threw in stop(); the others are stopped all the same", {{"plugin", name}, {"what", caught_text()}});
  }
}

}  // namespace

PluginHost::PluginHost(HostSettings settings, HostTools tools) : settings_(std::move(settings)), tools_(tools) {}

PluginHost::~PluginHost() { stop(); }

void PluginHost::load() {
  catalog_.read(settings_, tools_.log);
  bindings_ = std::make_unique<Bindings>(catalog_, tools_, settings_.event_attempts);
  shared_ = std::make_unique<SharedHost>(SharedHost{catalog_, *bindings_, tools_, settings_.key_file, new_uuid()});
}

std::string PluginHost::missing_need(const Manifest& manifest) const {
  const auto& manifests = catalog_.manifests();
  for (const auto& [name, version] : manifest.needs) {
    if (std::string why = unmet_need(name, version, manifests); !why.empty()) return why;
    const auto other = std::find_if(manifests.begin(), manifests.end(), [&, wanted = name](const Manifest& m) { return answers_to(m, wanted); });
    const auto state = states_.find(other->name);
    if (state != states_.end() && !state->second.empty()) return "it needs the plugin " + name + ", which does not run";
  }
  return bindings_->outbox().missing_events(manifest);
}

void PluginHost::start_jobs() {
  Jobs& jobs = bindings_->jobs();
  Outbox& outbox = bindings_->outbox();
  jobs.add(std::chrono::minutes(1), "events without subscribers", [&outbox] { outbox.give_up_unsubscribed(); });
  if (outbox.has_subscribers())
    for (int i = 0; i < kDeliverers; ++i)
      jobs.add(std::chrono::seconds(1), "events", [&outbox, &jobs] { outbox.deliver_due([&jobs] { return jobs.stopping(); }); });
  jobs.start();
}

void PluginHost::add_job(std::chrono::milliseconds every, const std::string& name, std::function<void()> job) {
  bindings_->jobs().add(every, name, std::move(job));
}

void PluginHost::start() {
  const SteadyTime began = tools_.clock.steady();
  std::size_t running = 0;
  for (const Manifest& manifest : catalog_.manifests()) {
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
    bindings_->set_unavailable(manifest.name, why);
  }
  bindings_->refuse_unbound(states_);
  tools_.log.info("the plugins are ready", {{"running", running}, {"of", catalog_.manifests().size()},
                                            {"milliseconds", milliseconds_since(began, tools_.clock.steady())}});
}

void PluginHost::start_one(const Manifest& manifest) {
  const RunningPlugin starting(manifest.name, "start");
  const StartDeadline deadline(manifest.name, settings_.start_limit, catalog_.words(), tools_.log);  // constructors run in load_library
  auto running = std::make_unique<Running>();
  running->name = manifest.name;
  running->host = std::make_unique<HostForPlugin>(*shared_, manifest.name);
  running->plugin = load_library(manifest);
  if (!running->plugin) return;  // rows only
  try {
    running->plugin->start(*running->host);
  } catch (...) {  // a plugin call's edge
    if (const auto wrong = running->host->wrong_binding()) throw *wrong;
    states_[manifest.name] = caught_text();
    bindings_->forget(manifest.name);
    tools_.metrics.forget(manifest.name);
    stop_one(*running->plugin, manifest.name, tools_.log);
    return;
  }
  running_.push_back(std::move(running));
}

void PluginHost::stop() noexcept {
  if (bindings_) bindings_->jobs().stop();
  tools_.metrics.forget_plugins();
  for (auto at = running_.rbegin(); at != running_.rend(); ++at) stop_one(*(*at)->plugin, (*at)->name, tools_.log);
  // The objects are destroyed after all have stopped, in reverse order of creation: they may use each other's offers.
  while (!running_.empty()) running_.pop_back();
}

Json PluginHost::warnings() const { return bindings_->warnings().all(); }

Dispatcher::Parts PluginHost::parts() {
  Dispatcher::Parts parts;
  parts.authenticator = static_cast<Authenticator*>(bindings_->offered(Authenticator::kInterface));
  parts.clusters = static_cast<ClusterDirectory*>(bindings_->offered(ClusterDirectory::kInterface));
  parts.audit = static_cast<AuditLog*>(bindings_->offered(AuditLog::kInterface));
  parts.database = &tools_.database;
  parts.clock = &tools_.clock;
  parts.metrics = &tools_.metrics;
  return parts;
}

Json PluginHost::pages() const {
  Json pages = Json::array();
  for (const Manifest& manifest : catalog_.manifests())
    if (states_.at(manifest.name).empty())
      for (const Json& page : catalog_.pages(manifest.name)) pages.push_back(page);
  return pages;
}

int PluginHost::run_command(const std::string& name, const Json& args, std::ostream& out) {
  return bindings_->run_command(name, args, out, states_);
}

void PluginHost::handle(const std::string& plugin, const std::string& operation_id, Handler handler) {
  bindings_->handle(plugin, operation_id, std::move(handler));
}

}  // namespace podload
