// What the host offers to a plugin. A Host belongs to one plugin. It lives from before start() until after stop(), and
// so do the objects that it returns.
//
// The registering calls (handle, command, offer, every, subscribe, subscribe_queue) may be made only in start(), on the
// thread that runs it; all others from any thread.
#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "podload/clock.hpp"
#include "podload/database.hpp"
#include "podload/events.hpp"
#include "podload/http_client.hpp"
#include "podload/json.hpp"
#include "podload/log.hpp"
#include "podload/metrics.hpp"
#include "podload/request.hpp"
#include "podload/secret.hpp"

namespace podload {

class Host {
 public:
  virtual ~Host() = default;

  /// The plugin's configuration: every row of its plugin.yaml, validated, with defaults filled in.
  virtual const Json& config() const = 0;
  virtual Log& log() = 0;
  virtual const Clock& clock() const = 0;
  virtual Database& database() = 0;
  virtual HttpClient& http() = 0;
  /// What Prometheus reads of this plugin.
  virtual Metrics& metrics() = 0;

  /// Binds an operationId of the plugin's api.yaml to its code.
  virtual void handle(const std::string& operation_id, Handler handler) = 0;

  /// Binds a command of plugin.yaml. `args` holds its arguments by name; the command prints to `out` and returns the
  /// exit code of podloadd. An Error is printed as text. Plugins may share a command: each runs its part, after the
  /// plugins that its row lists in `after`.
  using Command = std::function<int(const Json& args, std::ostream& out)>;
  virtual void command(const std::string& name, Command run) = 0;

  /// Runs `job` repeatedly on a thread of its own, `interval` after its last run ended. Exceptions are logged. The last
  /// run ends before stop() is called. Does not run for commands.
  virtual void every(std::chrono::milliseconds interval, const std::string& name, std::function<void()> job) = 0;

  /// Emits the events that the plugin's plugin.yaml lists under `emits`.
  virtual Events& events() = 0;

  /// Subscribes to an event that plugin.yaml lists under `subscribes`; podload/events.hpp says what a subscriber can
  /// rely on. Not called during commands, nor after stop() began.
  virtual void subscribe(const std::string& event, Subscriber subscriber) = 0;

  /// The same for events of queues, which come as a batch if several wait.
  virtual void subscribe_queue(const std::string& event, QueueSubscriber subscriber) = 0;

  /// Reports a problem that needs an operator although the plugin runs: `code` names it, `what` is one line without
  /// secrets. /readyz shows it to everybody until the next call for that code; an empty `what` clears it.
  virtual void warn(const std::string& code, const std::string& what) = 0;

  /// Offers an interface of the SDK to the plugins that start later. The object must stay valid as long as they may use
  /// it: plugins stop in reverse order of start, and are destroyed in that order once all have stopped.
  template <class Interface>
  void offer(Interface& object) {
    offer_named(Interface::kInterface, &object);
  }
  /// The offered object, or null. A plugin lists the providers it needs or wants in its plugin.yaml, so that they start
  /// first.
  template <class Interface>
  Interface* want() {
    return static_cast<Interface*>(wanted(Interface::kInterface));
  }

  /// The rows that plugins declare under `key` in their plugin.yaml ("workload_types"), followed by those of
  /// podload.yaml, each with its origin added as "plugin".
  virtual std::vector<Json> declared(std::string_view key) const = 0;

  /// The text of `code`, from this plugin's words.yaml or the host's.
  virtual std::string say(std::string_view language, std::string_view code, const Json& args = Json::object()) const = 0;

  /// The literal segments that follow `under` in the paths of the API, and so are not available as names:
  /// literals("/api") are the names that a cluster cannot have.
  virtual std::vector<std::string> literals(std::string_view under) const = 0;

  /// Parses YAML to JSON. Throws Error{"not_yaml"}, also for aliases, duplicate keys and several documents.
  virtual Json parse_yaml(std::string_view text) const = 0;

  /// Prints JSON as block-style YAML for people; parse_yaml returns the same value from it.
  virtual std::string print_yaml(const Json& value) const = 0;

  /// A 32-byte key for `purpose`, derived from the installation's key file (HKDF-SHA256). Throws Error{"no_key"}.
  virtual Secret key(std::string_view purpose) const = 0;

  /// Identifies this run of this daemon: a UUID generated at start.
  virtual const std::string& instance() const = 0;

 protected:
  virtual void offer_named(const char* interface, void* object) = 0;
  virtual void* wanted(const char* interface) = 0;
};

}  // namespace podload
