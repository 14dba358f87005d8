// What the host expects of a plugin: two functions, and a descriptor that it reads before calling either.
//
//   class Greeter : public podload::Plugin {
//     void start(podload::Host& host) override { host.handle("greeter.hello", ...); }
//     void stop() noexcept override {}
//   };
//   PODLOAD_PLUGIN(Greeter, "greeter", "1.0.0")
//
// A plugin is C++ code in the host's process and is fully trusted. It must be built with the host's toolchain and flags:
// the ABI record is compared with plugin.yaml's and the library file's before the library is loaded, and with the
// descriptor afterwards. A library is never unloaded.
#pragma once

#include "podload/abi.hpp"
#include "podload/host.hpp"

namespace podload {

class Plugin {
 public:
  virtual ~Plugin() = default;
  /// Registers what the plugin does. If it throws, the plugin counts as not started. Must not block: after the host's
  /// start_seconds the daemon exits and names the plugin.
  virtual void start(Host& host) = 0;
  /// Ends what start() began; also called if start() threw. The plugin's handlers and jobs have ended before. Should be
  /// noexcept: an exception is logged, and the other plugins are stopped all the same.
  virtual void stop() = 0;
};

/// The only symbol that a plugin exports, "podload_plugin_v1". Plain C layout.
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

// The record is also in a section of its own, where the host reads it in the file, before any code of the library runs.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): a symbol's name cannot be made otherwise
#define PODLOAD_PLUGIN(Class, plugin_name, plugin_version)                                                   \
  __attribute__((section(".podload_abi"), used)) static constexpr podload::AbiRecord podload_abi_record =    \
      podload::abi_record();                                                                                 \
  extern "C" __attribute__((visibility("default"))) const podload::PluginDescriptor podload_plugin_v1 = {    \
      podload::kPluginMagic,                                                                                 \
      sizeof(podload::PluginDescriptor),                                                                     \
      podload_abi_record.text,                                                                               \
      plugin_name,                                                                                           \
      plugin_version,                                                                                        \
      []() -> podload::Plugin* { return new Class(); },                                                      \
      [](podload::Plugin* plugin) { delete plugin; }};
