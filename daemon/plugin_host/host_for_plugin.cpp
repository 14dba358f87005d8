#include "plugin_host/host_for_plugin.hpp"

#include <algorithm>

#include "config/yaml.hpp"
#include "plugin_host/keys.hpp"

namespace podload {

void HostForPlugin::handle(const std::string& operation_id, Handler handler) {
  try {
    host_.handle(name_, operation_id, std::move(handler));
  } catch (const Error& error) {
    wrong_binding_ = error;
    throw;
  }
}

void HostForPlugin::command(const std::string& name, Command run) {
  const auto& rows = manifest().commands;
  const bool declared = std::any_of(rows.begin(), rows.end(), [&](const CommandRow& row) { return row.name == name; });
  if (!declared) {
    wrong_binding_ = Error("bad_manifest", {{"plugin", name_}, {"what", "code for the command " + name + ", which plugin.yaml does not have"}});
    throw *wrong_binding_;
  }
  host_.commands_[name][name_] = std::move(run);
}

const Manifest& HostForPlugin::manifest() const {
  return *std::find_if(host_.manifests_.begin(), host_.manifests_.end(), [this](const Manifest& m) { return m.name == name_; });
}

void HostForPlugin::hear(const std::string& event, Hearer hearer) {
  hear_queue(event, [hearer = std::move(hearer)](const std::vector<Event>& events) {
    hearer(events.front());
    return Heard{};
  });
}

void HostForPlugin::hear_queue(const std::string& event, QueueHearer hearer) {
  const auto& listed = manifest().hears;
  if (std::find(listed.begin(), listed.end(), event) == listed.end()) {
    wrong_binding_ = Error("bad_manifest", {{"plugin", name_}, {"what", "code for the event " + event + ", which plugin.yaml does not list under `hears`"}});
    throw *wrong_binding_;
  }
  host_.outbox_.hear(name_, event, std::move(hearer));
}

void HostForPlugin::every(std::chrono::milliseconds interval, const std::string& name, std::function<void()> job) {
  host_.jobs_.add(interval, name_ + "." + name, std::move(job));
}

std::vector<Json> HostForPlugin::declared(std::string_view key) const {
  std::vector<Json> rows;
  const auto add = [&](const Json& file, const std::string& from) {
    const auto found = file.find(key);
    if (found == file.end()) return;
    for (Json row : *found) {
      if (row.is_object()) row["plugin"] = from;
      rows.push_back(std::move(row));
    }
  };
  for (const Manifest& manifest : host_.manifests_) add(manifest.rows, manifest.name);
  add(host_.settings_.declared, "podload.yaml");
  return rows;
}

std::string HostForPlugin::say(std::string_view language, std::string_view code, const Json& args) const {
  return host_.words_.say(language, code, args);
}

Json HostForPlugin::parse_yaml(std::string_view text) const { return podload::parse_yaml(text); }

std::string HostForPlugin::print_yaml(const Json& value) const { return podload::print_yaml(value); }

Secret HostForPlugin::key(std::string_view purpose) const {
  return derive_key(read_key_file(host_.settings_.key_file), name_ + "/" + std::string(purpose));
}

void HostForPlugin::offer_named(const char* interface, void* object) {
  if (!host_.offers_.emplace(interface, object).second) {
    wrong_binding_ = Error("bad_manifest", {{"plugin", name_}, {"what", std::string("another plugin offers ") + interface + " already"}});
    throw *wrong_binding_;
  }
  offers_.insert(interface);
}

void* HostForPlugin::wanted(const char* interface) {
  const auto found = host_.offers_.find(interface);
  return found == host_.offers_.end() ? nullptr : found->second;
}

}  // namespace podload
