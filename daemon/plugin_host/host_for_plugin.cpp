#include "plugin_host/host_for_plugin.hpp"

#include "config/yaml.hpp"
#include "plugin_host/keys.hpp"

namespace podload {

template <class Work>
void HostForPlugin::bind(const Work& work) {
  try {
    work(shared_.bindings);
  } catch (const Error& error) {
    wrong_binding_ = error;
    throw;
  }
}

void HostForPlugin::handle(const std::string& operation_id, Handler handler) {
  bind([&](Bindings& bindings) { bindings.handle(name_, operation_id, std::move(handler)); });
}

void HostForPlugin::command(const std::string& name, Command run) {
  bind([&](Bindings& bindings) { bindings.command(name_, name, std::move(run)); });
}

void HostForPlugin::subscribe(const std::string& event, Subscriber subscriber) {
  subscribe_queue(event, [subscriber = std::move(subscriber)](const std::vector<Event>& events) {
    subscriber(events.front());
    return DeliveryResult{};
  });
}

void HostForPlugin::subscribe_queue(const std::string& event, QueueSubscriber subscriber) {
  bind([&](Bindings& bindings) { bindings.subscribe(name_, event, std::move(subscriber)); });
}

void HostForPlugin::offer_named(const char* interface, void* object) {
  bind([&](Bindings& bindings) { bindings.offer(name_, interface, object); });
}

void HostForPlugin::every(std::chrono::milliseconds interval, const std::string& name, std::function<void()> job) {
  shared_.bindings.jobs().add(interval, name_ + "." + name, std::move(job));
}

std::string HostForPlugin::say(std::string_view language, std::string_view code, const Json& args) const {
  return shared_.catalog.words().say(language, code, args);
}

Json HostForPlugin::parse_yaml(std::string_view text) const { return podload::parse_yaml(text); }

std::string HostForPlugin::print_yaml(const Json& value) const { return podload::print_yaml(value); }

Secret HostForPlugin::key(std::string_view purpose) const {
  return derive_key(read_key_file(shared_.key_file), name_ + "/" + std::string(purpose));
}

}  // namespace podload
