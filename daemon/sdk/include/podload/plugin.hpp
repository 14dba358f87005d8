// What a plugin is to the host: two functions, and a descriptor that is read before either.
//
//   class Greeter : public podload::Plugin {
//     void start(podload::Host& host) override { host.handle("greeter.hello", ...); }
//     void stop() noexcept override {}
//   };
//   PODLOAD_PLUGIN(Greeter, "greeter", "1.0.0")
//
// A plugin is C++ in the host's own process and is fully trusted. It must be built with the host's
// toolchain: the ABI record is compared with plugin.yaml before the library is loaded and with the
// descriptor after. It is never unloaded.
#pragma once

#include "podload/abi.hpp"
#include "podload/host.hpp"

namespace podload {

class Plugin {
 public:
  virtual ~Plugin() = default;
  /// Registers what the plugin does. May throw: it is then not started. Must not block: past the
  /// host's start_seconds the daemon ends and names the plugin.
  virtual void start(Host& host) = 0;
  /// Ends what start began. No handler or job runs any more. Best noexcept: what it throws is
  /// logged, and the other plugins are stopped all the same.
  virtual void stop() = 0;
};

/// The one symbol that a plugin exports, "podload_plugin_v1". Plain C layout.
struct PluginDescriptor {
  unsigned magic;  ///< kPluginMagic
  unsigned size;   ///< sizeof(PluginDescriptor)
  const char* abi;
  const char* name;
  const char* version;
  Plugin* (*create)();
  void (*destroy)(Plugin*);
};

inline constexpr unsigned kPluginMagic = 0x504C4431;  // "PLD1"

}  // namespace podload

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): a symbol's name cannot be made otherwise
#define PODLOAD_PLUGIN(Class, plugin_name, plugin_version)                                                   \
  extern "C" __attribute__((visibility("default"))) const podload::PluginDescriptor podload_plugin_v1 = {    \
      podload::kPluginMagic,                                                                                 \
      sizeof(podload::PluginDescriptor),                                                                     \
      PODLOAD_ABI,                                                                                           \
      plugin_name,                                                                                           \
      plugin_version,                                                                                        \
      []() -> podload::Plugin* { return new Class(); },                                                      \
      [](podload::Plugin* plugin) { delete plugin; }};
