#include "plugin_host/bindings.hpp"

#include <algorithm>
#include <vector>

#include "base/crash_report.hpp"
#include "podload/error.hpp"

namespace podload {

Bindings::Bindings(Catalog& catalog, const HostTools& tools, int event_attempts)
    : catalog_(catalog), outbox_(tools.database, tools.log, event_attempts, &tools.metrics), jobs_(tools.log) {
  outbox_.declare(catalog.manifests());
}

void Bindings::handle(const std::string& plugin, const std::string& operation_id, Handler handler) {
  Operation* operation = catalog_.contract().find(operation_id);
  if (operation == nullptr || operation->plugin != plugin)
    throw Error("bad_api", {{"plugin", plugin}, {"what", "it has a handler for " + operation_id + ", which is not in api.yaml"}});
  operation->handler = std::move(handler);
}

void Bindings::command(const std::string& plugin, const std::string& name, Host::Command run) {
  const auto& rows = catalog_.manifest(plugin).commands;
  if (std::none_of(rows.begin(), rows.end(), [&](const CommandRow& row) { return row.name == name; }))
    throw Error("bad_manifest", {{"plugin", plugin}, {"what", "it has code for the command " + name + ", which is not in plugin.yaml"}});
  commands_[name][plugin] = std::move(run);
}

void Bindings::subscribe(const std::string& plugin, const std::string& event, QueueSubscriber subscriber) {
  const auto& listed = catalog_.manifest(plugin).subscribes;
  if (std::find(listed.begin(), listed.end(), event) == listed.end())
    throw Error("bad_manifest", {{"plugin", plugin}, {"what", "it has code for the event " + event + ", which plugin.yaml does not list under `subscribes`"}});
  outbox_.subscribe(plugin, event, std::move(subscriber));
}

void Bindings::offer(const std::string& plugin, const std::string& interface, void* object) {
  if (!offers_.try_emplace(interface, Offer{plugin, object}).second)
    throw Error("bad_manifest", {{"plugin", plugin}, {"what", "another plugin offers " + interface + " already"}});
}

void* Bindings::offered(const std::string& interface) const {
  const auto found = offers_.find(interface);
  return found == offers_.end() ? nullptr : found->second.object;
}

void Bindings::forget(const std::string& plugin) {
  outbox_.forget(plugin);
  jobs_.forget(plugin + ".");
  for (Operation& operation : catalog_.contract().operations())
    if (operation.plugin == plugin) operation.handler = nullptr;
  std::erase_if(offers_, [&](const auto& entry) { return entry.second.plugin == plugin; });
}

void Bindings::set_unavailable(const std::string& plugin, const std::string& why) {
  for (Operation& operation : catalog_.contract().operations())
    if (operation.plugin == plugin) operation.unavailable = why;
}

void Bindings::refuse_unbound(const std::map<std::string, std::string>& states) const {
  for (const Operation& operation : std::as_const(catalog_).contract().operations()) {
    if (operation.plugin == "host" || operation.handler || !operation.unavailable.empty()) continue;
    const bool has_code = std::filesystem::exists(catalog_.manifest(operation.plugin).folder / "plugin.so");
    throw Error("bad_api", {{"plugin", operation.plugin},
                            {"what", "the operation " + operation.id + " has no handler" + (has_code ? "" : ": the plugin's folder has no plugin.so")}});
  }
  for (const Manifest& manifest : catalog_.manifests())
    for (const std::string& event : manifest.subscribes)
      if (states.at(manifest.name).empty() && !outbox_.subscribes(manifest.name, event))
        throw Error("bad_manifest", {{"plugin", manifest.name}, {"what", "it subscribes to " + event + " and has no code for it (Host::subscribe)"}});
}

int Bindings::run_command(const std::string& name, const Json& args, std::ostream& out, const std::map<std::string, std::string>& states) {
  struct Part {
    std::string plugin;
    std::vector<std::string> after;
  };
  std::vector<Part> parts;
  for (const Manifest& manifest : catalog_.manifests())
    for (const CommandRow& command : manifest.commands)
      if (command.name == name) parts.push_back({manifest.name, command.after});
  if (parts.empty()) throw Error("not_found");
  for (const Part& part : parts) {
    if (commands_[name].contains(part.plugin)) continue;
    const std::string why = states.at(part.plugin);
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
    if (next == parts.end()) throw Error("bad_manifest", {{"plugin", parts.front().plugin}, {"what", "the parts of the command " + name + " depend on each other"}});
    const RunningPlugin running(next->plugin, name);
    const int result = commands_[name][next->plugin](args, out);
    if (code == 0) code = result;
    parts.erase(next);
  }
  return code;
}

}  // namespace podload
