#include "plugin_host/declared_events.hpp"

#include "base/faults.hpp"
#include "base/spelling.hpp"
#include "podload/error.hpp"

namespace podload {

void DeclaredEvents::declare(const std::vector<Manifest>& manifests, Faults* faults) {
  for (const Manifest& manifest : manifests) {
    checks_in(faults, manifest.name, "plugin.yaml");
    for (const std::string& event : manifest.emits) attempt(faults, [&] { add(manifest, event); });
  }
}

void DeclaredEvents::add(const Manifest& manifest, const std::string& event) {
  const auto [at, added] = events_.try_emplace(event);
  if (!added)
    throw Error("bad_manifest", {{"plugin", manifest.name},
                                 {"what", "the event " + event + " belongs to the plugin " + at->second.plugin}});
  at->second.plugin = manifest.name;
  const auto data = manifest.event_data.find(event);
  if (data == manifest.event_data.end()) return;
  try {
    at->second.data = std::make_unique<const Schema>(data->second);
  } catch (const Error& error) {
    throw Error("bad_manifest", {{"plugin", manifest.name},
                                 {"what", "emits: the data of " + event + ": " + text_member(error.args(), "what")}});
  }
}

bool DeclaredEvents::emits(const std::string& plugin, const std::string& event) const {
  const auto found = events_.find(event);
  return found != events_.end() && found->second.plugin == plugin;
}

std::vector<std::string> DeclaredEvents::missing(const Manifest& manifest) const {
  std::vector<std::string> known, missing;
  for (const auto& [event, declared] : events_) known.push_back(event);
  for (const std::string& event : manifest.subscribes) {
    if (events_.contains(event)) continue;
    const std::string like = nearest(event, known);
    missing.push_back("it subscribes to " + event + ", which no plugin here emits" +
                      (like.empty() ? "" : "; did you mean " + like + "?"));
  }
  return missing;
}

std::optional<Schema::Problem> DeclaredEvents::problem_of(const std::string& event, const Json& data) const {
  const auto found = events_.find(event);
  return found == events_.end() || !found->second.data ? std::nullopt : found->second.data->problem_of(data);
}

}  // namespace podload
