// What the plugins of a process are loaded by and given. Value types.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "metrics/registry.hpp"
#include "plugin_host/manifest.hpp"
#include "podload/clock.hpp"
#include "podload/database.hpp"
#include "podload/http_client.hpp"
#include "podload/json.hpp"
#include "podload/log.hpp"

namespace podload {

struct HostSettings {
  std::vector<std::string> plugins;   ///< Names, as configured.
  std::filesystem::path plugin_dir;
  std::filesystem::path extra_plugin_dir;  ///< For plugins that plugin_dir does not have; may be empty.
  std::filesystem::path share_dir;
  std::filesystem::path key_file;
  std::chrono::milliseconds start_limit{30'000};  ///< For a plugin's library and start(), each.
  int event_attempts = 24;            ///< After which an event is given up.
  Json sections = Json::object();     ///< Configuration by plugin name.
  Environment environment;
  Json declared = Json::object();     ///< Rows that podload.yaml itself declares, by key.
};

/// Each outlives the plugins.
struct HostTools {
  Log& log;
  const Clock& clock;
  Database& database;
  HttpClient& http;
  MetricsRegistry& metrics;
};

}  // namespace podload
