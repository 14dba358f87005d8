// For tests of a plugin as podloadd runs it: House has podloadd's own routing, parameter and body checks, permissions, texts,
// pages, plugin host and events, over the one plugin in a folder. Callers, clusters, operation log and clock are the
// test's.
//
//   using namespace podload::testing;
//   House house(PODLOAD_FOLDER);
//   house.add_cluster("one");
//   CHECK(house.as(Level::read).put("/api/one/shop/notes/web-1", {{"text", "x"}}).code() == "forbidden");
//
// podload_add_plugin defines PODLOAD_FOLDER for the plugin's tests: the folder that it builds. House loads a copy of it,
// and adds stand-ins without code for the plugins that it needs or wants, whatever version it asks for; podload-conformance
// runs it with the real ones. `Host::every` starts no threads here (House::run_jobs).
//
// The database is a new one on the server that PODLOAD_TEST_DATABASE names (a superuser's libpq string), with the host's
// and the plugin's migrations. Where the variable is not set, the database is unavailable, as are the operation log and
// events: tag cases that need them [database].
//
// One thread uses a House and its Callers; a plugin's own threads may run meanwhile.
#pragma once

#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "podload/audit_log.hpp"
#include "podload/authenticator.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/database.hpp"
#include "podload/events.hpp"
#include "podload/http_client.hpp"
#include "podload/json.hpp"
#include "podload/operation_check.hpp"
#include "podload/principal.hpp"
#include "podload_testing/doubles.hpp"
#include "podload_testing/scripted_kube.hpp"

namespace podload::testing {

class House;

/// An event of a stream.
struct __attribute__((visibility("default"))) HouseEvent {
  std::string name, id;
  Json data;  ///< Null if it is not JSON.
};

/// The client's end of a stream: destroying it closes the connection. One thread.
class __attribute__((visibility("default"))) HouseStream {
 public:
  /// Takes the descriptor, from which it reads FastCGI records.
  explicit HouseStream(int fd) : fd_(fd) {}
  ~HouseStream();
  HouseStream(const HouseStream&) = delete;
  HouseStream& operator=(const HouseStream&) = delete;

  /// The next event; nothing once the stream has ended. Waits up to ten seconds, then throws std::runtime_error.
  std::optional<HouseEvent> next();

 private:
  bool receive();

  int fd_;
  std::string records_, text_;  ///< Received, and not yet read.
  bool ended_ = false;
};

/// What a client gets. A value.
struct __attribute__((visibility("default"))) HouseReply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  ///< Whole, also that of Reply::more.
  Json json;         ///< The body; null if that is not JSON.
  std::shared_ptr<HouseStream> stream = nullptr;  ///< Set if the reply goes on as a stream.

  /// The code and the text of an error, or of what else has them.
  std::string code() const { return text_member(json, "code"); }
  std::string message() const { return text_member(json, "message"); }
  /// The first header of that name, in any case of letters; empty if missing.
  std::string_view header(std::string_view name) const;
};

/// Sends requests as one person or as nobody. A value; not to be used after its House.
class __attribute__((visibility("default"))) Caller {
 public:
  /// The same person with access to that cluster only, or to these namespaces of it; further calls add clusters. Throws
  /// std::logic_error for an administrator, who is one everywhere, and for a cluster that the house does not have.
  Caller in(const std::string& cluster, const std::vector<std::string>& namespaces = {}) const;
  /// The same person, who is signed out after the request was admitted and before the change: Authenticator::confirm
  /// throws SignedOut.
  Caller signed_out_meanwhile() const;
  /// Sends that header too: {"accept-language", "zh-CN"}. The language is English otherwise.
  Caller with_header(const std::string& name, const std::string& value) const;

  /// Send a request and wait up to ten seconds for its reply, which may be a later one; then throw std::runtime_error.
  /// `path` includes the query. Without a body (null) none is sent.
  HouseReply get(const std::string& path) const;
  HouseReply post(const std::string& path, const Json& body = {}) const;
  HouseReply put(const std::string& path, const Json& body = {}) const;
  HouseReply patch(const std::string& path, const Json& body = {}) const;
  HouseReply del(const std::string& path, const Json& body = {}) const;

  /// Sends these bytes as the body. The handler runs in this call; the future has the reply, at once or later.
  std::future<HouseReply> send(const std::string& method, const std::string& path, const std::string& body = {},
                               const std::string& content_type = "application/json") const;

 private:
  friend class House;
  struct Identity {
    Principal principal;
    bool signed_in = false, signed_out_meanwhile = false;
  };
  Caller(House& house, Identity identity) : house_(&house), identity_(std::move(identity)) {}
  HouseReply ask(const std::string& method, const std::string& path, const Json& body) const;

  House* house_;
  Identity identity_;
  std::map<std::string, std::string> headers_;
};

/// The plugin.yaml in that folder: for tests of code that reads rows. Throws an exception whose what() says why it cannot be read.
__attribute__((visibility("default"))) Json plugin_yaml(const std::filesystem::path& folder);

/// What differs in one House.
struct HouseOptions {
  Json config = Json::object();  ///< The plugin's section of podload.yaml.
  bool database = true;          ///< false: it is unavailable.
  HttpClient* http = nullptr;    ///< In place of the daemon's own client; outlives the House.
  /// By interface, in place of the House's or in addition to them; null: nobody offers that.
  std::map<std::string, void*> offers = {};

  /// HouseOptions().offer<Authenticator>(mine): `object` outlives the House.
  template <class Interface>
  HouseOptions& offer(Interface& object) {
    offers[Interface::kInterface] = &object;
    return *this;
  }
  /// HouseOptions().without<AuditLog>(): as where no plugin offers it, and for a plugin that offers it itself.
  template <class Interface>
  HouseOptions& without() {
    offers[Interface::kInterface] = nullptr;
    return *this;
  }
};

class __attribute__((visibility("default"))) House {
 public:
  /// Migrates the database, and loads and starts the plugin. It offers the interfaces Authenticator, AuditLog,
  /// ClusterDirectory and OperationChecks: in start(), those whose plugins (auth, audit, cluster, pod-load) the plugin needs
  /// or wants; afterwards all. Throws an exception whose what() says why if the plugin cannot be read or does not start.
  explicit House(const std::filesystem::path& folder, HouseOptions options = {});
  /// Stops the plugin. Replies that are still due are those of a daemon that stops.
  ~House();
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  /// A person with that level in every cluster.
  Caller as(Level level, const std::string& username = "ann");
  /// Nobody: without a session or token.
  Caller anonymous();

  /// Registers a cluster. Its API server answers as `answer` says, or 404 (podload_testing/scripted_kube.hpp). Mirrors of it
  /// never get in step (ClusterDirectory::follow).
  ScriptedKube& add_cluster(const std::string& name, ScriptedKube::Answer answer = {}, const LoadLabel& label = {});
  /// Throws std::logic_error if it was not added.
  Cluster cluster(const std::string& name) const;

  /// The rows of the operation log, the oldest first: those whose transactions were committed. Denials are among them.
  std::vector<AuditEntry> audit() const;

  /// Emits an event that the plugin subscribes to, and delivers it: the subscriber runs in this call. An exception of
  /// its is in log(). Throws Error{"undeclared_event"} for an event that the plugin does not subscribe to.
  void emit(const std::string& event, const Json& data);
  /// What the plugin has emitted so far.
  std::vector<Event> emitted();

  /// Calls the plugin's checks on that kind of operation, in the order of their bindings, and returns what they say. Their
  /// exceptions come through. Throws std::logic_error for a code without words.
  std::vector<CheckNotice> check(const OperationPlan& plan);

  /// Signs that person out everywhere, and ends the streams of callers who are signed out, as podloadd does every second.
  void sign_out(const std::string& username);

  /// Runs each job of Host::every once. Exceptions are in log().
  void run_jobs();

  /// The text of a code of the plugin's or the host's words.yaml.
  std::string say(std::string_view language, std::string_view code, const Json& args = Json::object()) const;

  /// What Prometheus reads at /metrics: the text of all metrics, the plugin's and the host's.
  std::string metrics() const;

  /// The plugin's clock. It stands at the time when the House was made, which is near that of the database.
  SetClock& clock();
  /// The daemon's log, of every level.
  LinesLog& log();
  /// With the daemon's role.
  Database& database();

 private:
  friend class Caller;
  struct Rooms;
  std::unique_ptr<Rooms> rooms_;
};

}  // namespace podload::testing
