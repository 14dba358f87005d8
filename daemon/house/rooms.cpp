#include "house/rooms.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "plugin_host/bindings.hpp"
#include "podload/error.hpp"
#include "storage/pool.hpp"

namespace podload::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kConnections = 4;

class NoDatabase final : public Database {
 protected:
  void run(const std::function<void(Transaction&)>&) override {
    throw DatabaseUnavailable(
        "this House has no database: PODLOAD_TEST_DATABASE is not set, or HouseOptions::database is false");
  }
};

/// Where this library is installed or built, and the host's data with it.
fs::path prefix() {
  static const int here = 0;
  Dl_info library{};
  if (dladdr(&here, &library) == 0) throw std::runtime_error("podload_testing does not find its own file");
  fs::path prefix = fs::canonical(library.dli_fname).parent_path().parent_path();
  if (!fs::exists(prefix / "share/podload/host"))
    throw std::runtime_error(prefix.string() +
                             " lacks share/podload/host: install podload's component `runtime` there, too");
  return prefix;
}

std::unique_ptr<ScratchDatabase> scratch_database() {
  const char* const server = std::getenv("PODLOAD_TEST_DATABASE");
  return server == nullptr || *server == '\0' ? nullptr : std::make_unique<ScratchDatabase>(server);
}

std::unique_ptr<Database> database_of(const ScratchDatabase* scratch, Log& log) {
  if (scratch == nullptr) return std::make_unique<NoDatabase>();
  return std::make_unique<ConnectionPool>(scratch->as_daemon(), kConnections, log);
}

template <class Texts>
bool has(const Texts& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool asks_for(const Manifest& manifest, const std::string& plugin) {
  return manifest.needs.contains(plugin) || has(manifest.wants, plugin);
}

Json stand_in(const std::string& name) {
  return {{"name", name}, {"version", "999.0.0"}, {"summary", "Stands in for a plugin"}};
}

/// The plugins that it needs or wants; and one that emits what it subscribes to, subscribes to what it emits, and reads its
/// rows for other plugins.
void add_stand_ins(ScratchInstallation& installation) {
  const Manifest& manifest = installation.manifest();
  std::set<std::string> others(manifest.wants.begin(), manifest.wants.end());
  for (const auto& [name, version] : manifest.needs) others.insert(name);
  for (const std::string& name : others) installation.add_stand_in(stand_in(name));
  Json events = stand_in(kEventsPlugin);
  events["emits"] = events["subscribes"] = Json::array();
  for (const std::string& event : manifest.subscribes)
    if (!has(manifest.emits, event)) events["emits"].push_back({{"name", event}, {"help", "What the test emits"}});
  for (const std::string& event : manifest.emits) events["subscribes"].push_back(event);
  for (const std::string& key : manifest.other_keys)
    if (!manifest.declares.contains(key)) events["declares"][key] = Json::object();
  installation.add_stand_in(events);
}

HostSettings settings_of(ScratchInstallation& installation, const Json& config) {
  add_stand_ins(installation);
  return installation.settings(config);
}

bool declares_check(const Manifest& manifest, const std::string& plugin, const std::string& operation) {
  const Json rows = manifest.rows.value("checks", Json::array());
  return plugin == manifest.name && std::any_of(rows.begin(), rows.end(), [&](const Json& row) {
           return text_member(row, "operation") == operation;
         });
}

}  // namespace

House::Rooms::Rooms(const fs::path& folder, HouseOptions given)
    : options(std::move(given)),
      installation(folder, prefix()),
      checks([this](const std::string& plugin, const std::string& operation) {
        return declares_check(installation.manifest(), plugin, operation);
      }),
      scratch(options.database ? scratch_database() : nullptr),
      database(database_of(scratch.get(), log)),
      network(options.http == nullptr ? std::make_unique<net::CurlHttpClient>(log) : nullptr),
      host(settings_of(installation, options.config), {log, clock, *database, network ? *network : *options.http, metrics}) {
  clock.set(std::chrono::system_clock::now());
  start();
  dispatcher.emplace(Dispatcher::Options{}, host.contract(), host.words(), host.parts(), replies, log);
}

House::Rooms::~Rooms() {
  if (dispatcher) dispatcher->stopping();
  if (network) network->stop();
  host.stop();
}

void House::Rooms::start() {
  try {
    host.load();
    if (scratch) scratch->migrate(host);
    host.handle("host", "host.openapi", [this](Request&) { return Reply::json(host.contract().document()); });
    host.handle("host", "host.ui", [this](Request&) { return Reply::json({{"pages", host.pages()}}); });
    subscribe();
    offer(true);
    host.start();
    offer(false);
  } catch (const Error& error) {
    throw std::runtime_error(host.words().say("en", error.code(), error.args()) +
                             (error.internal().empty() ? "" : ": " + error.internal()));
  }
  const std::string& name = installation.manifest().name;
  const std::string& why = host.states().at(name);
  if (!why.empty()) throw std::runtime_error("the plugin " + name + " does not start: " + why);
}

void House::Rooms::subscribe() {
  for (const std::string& event : installation.manifest().emits)
    host.bindings().subscribe(kEventsPlugin, event, [this](const std::vector<Event>& events) {
      emitted.insert(emitted.end(), events.begin(), events.end());
      DeliveryResult result;
      result.count = events.size();
      return result;
    });
}

/// As the order of starts gives it: a plugin finds in its start() what it needs or wants, and later what others offer, too.
void House::Rooms::offer(bool before_start) {
  std::map<std::string, void*> offers = options.offers;
  const auto own = [&](const char* interface, void* object, const char* plugin) {
    const auto at = offers.try_emplace(interface, object).first;
    if (at->second != nullptr && asks_for(installation.manifest(), plugin) == before_start)
      host.bindings().offer(kEventsPlugin, interface, at->second);
    offers.erase(at);
  };
  own(Authenticator::kInterface, static_cast<Authenticator*>(&people), "auth");
  own(AuditLog::kInterface, static_cast<AuditLog*>(&audit), "audit");
  own(ClusterDirectory::kInterface, static_cast<ClusterDirectory*>(&clusters), "cluster");
  own(OperationChecks::kInterface, static_cast<OperationChecks*>(&checks), "pod-load");
  if (!before_start) return;
  for (const auto& [interface, object] : offers)
    if (object != nullptr) host.bindings().offer(kEventsPlugin, interface, object);
}

void House::Rooms::deliver() {
  host.bindings().outbox().deliver_due([] { return false; });
}

}  // namespace podload::testing
