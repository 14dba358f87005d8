// The events that the plugins of a process emit, and the shapes of their data (`emits:` in plugin.yaml). One thread declares;
// then any thread reads.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/schema.hpp"
#include "plugin_host/manifest.hpp"

namespace podload {

class DeclaredEvents {
 public:
  /// Throws Error{"bad_manifest"} if two plugins emit the same event, and for data that is no JSON schema; with `faults` these
  /// are added to them, to the later plugin's.
  void declare(const std::vector<Manifest>& manifests, Faults* faults = nullptr);

  bool emits(const std::string& plugin, const std::string& event) const;

  /// Why the plugin cannot run: what it subscribes to and no plugin emits, each with the nearest name. Empty if it can.
  std::vector<std::string> missing(const Manifest& manifest) const;

  /// How the data of a declared event differs from its schema; nothing if it has none.
  std::optional<Schema::Problem> problem_of(const std::string& event, const Json& data) const;

 private:
  struct Declared {
    std::string plugin;
    std::unique_ptr<const Schema> data;
  };
  void add(const Manifest& manifest, const std::string& event);

  std::map<std::string, Declared> events_;
};

}  // namespace podload
