// What a House consists of: the plugin's installation, the host over it, and what the test has in place of other plugins.
// Owned by a House; one thread.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "house/audit_store.hpp"
#include "house/checks.hpp"
#include "house/clusters.hpp"
#include "house/given_exchange.hpp"
#include "house/people.hpp"
#include "house/scratch_installation.hpp"
#include "house/scratch_store.hpp"
#include "metrics/registry.hpp"
#include "net/curl_http_client.hpp"
#include "podload_testing/house.hpp"

namespace podload::testing {

/// The stand-in that emits what the plugin subscribes to, and receives what it emits.
inline constexpr const char* kEventsPlugin = "test-house";

struct House::Rooms {
  /// Throws as House's constructor does.
  Rooms(const std::filesystem::path& folder, HouseOptions given);
  ~Rooms();
  Rooms(const Rooms&) = delete;
  Rooms& operator=(const Rooms&) = delete;

  /// Delivers the events that are due.
  void deliver();

  // In the order in which they need each other.
  const HouseOptions options;
  SetClock clock;
  LinesLog log;
  MetricsRegistry metrics{log};
  People people;
  Clusters clusters;
  AuditStore audit;
  ScratchInstallation installation;
  Checks checks;
  std::unique_ptr<ScratchDatabase> scratch;  ///< Null without a server.
  std::unique_ptr<Database> database;
  std::unique_ptr<net::CurlHttpClient> network;  ///< Null if the options have another.
  GivenReplies replies;
  std::vector<Event> emitted;
  PluginHost host;
  std::optional<Dispatcher> dispatcher;

 private:
  void start();
  void subscribe();
  void offer(bool before_start);
};

}  // namespace podload::testing
