// What the host gives a plugin. A Host belongs to one plugin, lives from before start() until
// after stop(), and everything it hands out lives as long.
//
// The registering calls (handle, command, offer, every, hear, hear_queue) are for start() only, on the thread that
// runs it; everything else may be called from any thread.
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
#include "podload/request.hpp"
#include "podload/secret.hpp"

namespace podload {

class Host {
 public:
  virtual ~Host() = default;

  /// The plugin's configuration: every row of its plugin.yaml, checked, defaults filled in.
  virtual const Json& config() const = 0;
  virtual Log& log() = 0;
  virtual const Clock& clock() const = 0;
  virtual Database& database() = 0;
  virtual HttpClient& http() = 0;

  /// Binds an operationId of the plugin's api.yaml to its code.
  virtual void handle(const std::string& operation_id, Handler handler) = 0;

  /// Binds a command of plugin.yaml. `args` has its arguments by name; what it prints goes to
  /// `out`; the result is podloadd's exit code. An Error is printed in words. Plugins may share a
  /// command: each does its part, after the plugins that its row names in `after`.
  using Command = std::function<int(const Json& args, std::ostream& out)>;
  virtual void command(const std::string& name, Command run) = 0;

  /// Runs `job` on a thread of its own, again and again, `interval` after it last ended. What it
  /// throws is logged. Ends before stop() is called. Not run for commands.
  virtual void every(std::chrono::milliseconds interval, const std::string& name, std::function<void()> job) = 0;

  /// Where the plugin says what happened: the events that its plugin.yaml lists under `emits`.
  virtual Events& events() = 0;

  /// Binds an event that plugin.yaml lists under `hears`. See podload/events.hpp for what a hearer
  /// may count on. Not called for commands, and not after stop() began.
  virtual void hear(const std::string& event, Hearer hearer) = 0;

  /// The same for events of queues, which come several at once where several wait.
  virtual void hear_queue(const std::string& event, QueueHearer hearer) = 0;

  /// Says what an operator must look at although the plugin runs: `code` names it, `what` is a line without
  /// secrets. /readyz shows it to everybody until it is called again for that code; empty: it is over.
  virtual void warn(const std::string& code, const std::string& what) = 0;

  /// Offers an interface of the SDK to the plugins that start later. The object must outlive the
  /// process's use of it (plugins stop in reverse order).
  template <class Interface>
  void offer(Interface& object) {
    offer_named(Interface::kInterface, &object);
  }
  /// The offered object, or null. A plugin names in its plugin.yaml whose interfaces it needs or
  /// wants: those start before it.
  template <class Interface>
  Interface* want() {
    return static_cast<Interface*>(wanted(Interface::kInterface));
  }

  /// The rows that plugins declare under that key of their plugin.yaml ("workload_types"), and those of
  /// podload.yaml behind them, each with where it stands added as "plugin".
  virtual std::vector<Json> declared(std::string_view key) const = 0;

  /// A text in words: of this plugin's words.yaml or the host's.
  virtual std::string say(std::string_view language, std::string_view code, const Json& args = Json::object()) const = 0;

  /// Names that stand literally in that place of some path, so that nothing may be given them:
  /// literals("/api") is what a cluster cannot be called.
  virtual std::vector<std::string> literals(std::string_view under) const = 0;

  /// YAML as JSON. Throws Error{"not_yaml"}; refuses aliases, duplicate keys, several documents.
  virtual Json parse_yaml(std::string_view text) const = 0;

  /// JSON as YAML in blocks, for people to read; parse_yaml reads it back to the same value.
  virtual std::string print_yaml(const Json& value) const = 0;

  /// A 32-byte key for that purpose, derived from the installation's key file (HKDF-SHA256).
  /// Throws Error{"no_key"}.
  virtual Secret key(std::string_view purpose) const = 0;

  /// Names this run of this daemon: a UUID made at start.
  virtual const std::string& instance() const = 0;

 protected:
  virtual void offer_named(const char* interface, void* object) = 0;
  virtual void* wanted(const char* interface) = 0;
};

}  // namespace podload
