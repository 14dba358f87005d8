#include "conformance/trial.hpp"

#include <unistd.h>

#include <optional>
#include <ostream>

#include "base/line_log.hpp"
#include "base/system_clock.hpp"
#include "conformance/nobody.hpp"
#include "net/curl_http_client.hpp"
#include "podload/error.hpp"
#include "storage/pool.hpp"

namespace podload::conformance {
namespace {

constexpr std::size_t kConnections = 4;

/// The objects that podloadd gives to a PluginHost.
struct TestTools {
  explicit TestTools(const std::string& connection)
      : log(STDERR_FILENO, LineLog::Format::plain, LogLevel::error, clock),
        database(connection, kConnections, log),
        http(log),
        metrics(log) {}

  HostTools tools() { return {log, clock, database, http, metrics}; }

  SystemClock clock;
  LineLog log;
  ConnectionPool database;
  net::CurlHttpClient http;
  MetricsRegistry metrics;
};

/// Drops late replies: no client waits for them here.
class DroppedReplies final : public ReplySink {
 public:
  void send(std::shared_ptr<Exchange>, Reply) override {}
  DetachedConnection detach(Exchange&, const Reply&) override { return {}; }
};

/// A value that is invalid for the row.
Json wrong_value(const ConfigRow& row) { return row.type == ConfigRow::Type::list ? Json("a text") : Json::array({1}); }

}  // namespace

std::vector<std::string> Trial::run() {
  try {
    out_ << installation_.manifest().name << " " << installation_.manifest().version << "\n";
    const std::string refusal = refusal_of(Json::object());
    hold(refusal.empty(), "it is read, with the configuration that its rows give" + (refusal.empty() ? "" : ": " + refusal));
    refuse_bad_configuration();
    migrate_twice();
    start_and_stop();
    start_and_stop();
  } catch (const Error& error) {
    hold(false, "no Error ends the trial: " + error.code() + " " + error.args().dump() + " " + error.internal());
  } catch (const std::exception& error) {  // the program's edge
    hold(false, std::string("nothing else ends the trial: ") + error.what());
  }
  return std::move(failures_);
}

void Trial::hold(bool holds, const std::string& what) {
  out_ << (holds ? "  ok      " : "  FAILED  ") << what << "\n";
  if (!holds) failures_.push_back(what);
}

std::string Trial::refusal_of(const Json& section) {
  TestTools test_tools(database_.as_daemon());
  PluginHost host(installation_.settings(section), test_tools.tools());
  try {
    host.load();
    return {};
  } catch (const Error& error) {
    return error.code();
  }
}

void Trial::refuse_bad_configuration() {
  hold(refusal_of({{"no_such_key", 1}}) == "unknown_config_key",
       "a configuration key that it does not have is refused");
  for (const ConfigRow& row : installation_.manifest().config)
    hold(refusal_of({{row.key, wrong_value(row)}}) == "bad_config_value",
         "a value of `" + row.key + "` of another type is refused");
}

void Trial::migrate_twice() {
  TestTools test_tools(database_.as_daemon());
  PluginHost host(installation_.settings(), test_tools.tools());
  host.load();
  database_.migrate(host);
  hold(database_.migrate(host) == 0, "its migrations apply, and a second time there is nothing to do");
  check_migrations(test_tools.database, host.migrations());
}

void Trial::start_and_stop() {
  TestTools test_tools(database_.as_daemon());
  NoUsers no_users;
  DroppedReplies sink;
  std::optional<Dispatcher> dispatcher;  // outlives the plugin, which may hold a late reply until it stops
  PluginHost host(installation_.settings(), test_tools.tools());
  host.load();
  host.start();
  const std::string why = host.states().at(installation_.manifest().name);
  hold(why.empty(), why.empty() ? "it starts" : "it starts: " + why);
  host.start_jobs();
  Dispatcher::Parts parts = host.parts();
  if (parts.authenticator == nullptr) parts.authenticator = &no_users;
  dispatcher.emplace(Dispatcher::Options{}, host.contract(), host.words(), parts, sink, test_tools.log);
  if (why.empty()) request_without_credentials(*dispatcher, host.contract());
  test_tools.http.stop();
  host.stop();
}

void Trial::request_without_credentials(Dispatcher& dispatcher, const Contract& contract) {
  for (const Operation& operation : contract.operations()) {
    if (operation.plugin != installation_.manifest().name) continue;
    const auto reply = dispatcher.serve(anonymous_request(operation));
    const int status = reply ? reply->status : 0;
    const bool open = operation.permission == Permission::everyone;
    hold(open ? status < 500 : status == 401, operation.id +
                                                  (open ? " is public, and replies to anonymous callers (" : " refuses anonymous callers (") +
                                                  std::to_string(status) + ")");
  }
}

}  // namespace podload::conformance
