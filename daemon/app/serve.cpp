#include "app/serve.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "app/event_handlers.hpp"
#include "app/host_metrics.hpp"
#include "app/stop_deadline.hpp"
#include "http/fastcgi_server.hpp"
#include "podload/error.hpp"
#include "storage/pool.hpp"

namespace podload {
namespace {

// Time limits after SIGTERM: for requests in progress, for those that waited for a cluster, and for the whole stop.
constexpr auto kGrace = std::chrono::milliseconds(600);
constexpr auto kGraceWithoutNetwork = std::chrono::milliseconds(200);
constexpr auto kStopLimit = std::chrono::milliseconds(1600);
constexpr auto kDenialsEvery = std::chrono::seconds(10);
constexpr auto kSlowHandlersEvery = std::chrono::seconds(1);
constexpr auto kStreamsEvery = std::chrono::milliseconds(700);  // a caller who is signed out loses them within a second

/// Keys and passwords are in memory: no core dumps, and no access by other processes.
void keep_memory_private() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

/// Each connection takes a descriptor; the usual soft limit of 1,024 is less than nginx may open.
void raise_file_limit(Log& log) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) log.warn("the limit of open files could not be raised", {{"to", limit.rlim_max}});
}

/// The largest body limit of any operation.
std::size_t longest_body(const Contract& contract, std::size_t otherwise) {
  std::size_t longest = otherwise;
  for (const Operation& operation : contract.operations()) longest = std::max(longest, operation.body_limit);
  return longest;
}

Reply readiness(PluginHost& host, Database& database) {
  Json plugins = Json::object(), degraded = Json::array();
  bool ready = true;
  for (const Manifest& manifest : host.manifests()) {
    const std::string& why = host.states().at(manifest.name);
    plugins[manifest.name] = why.empty() ? "running" : why;
    if (why.empty()) continue;
    if (manifest.essential)
      ready = false;
    else
      degraded.push_back(manifest.name);
  }
  const Dispatcher::Parts parts = host.parts();
  Json missing = Json::array();
  if (parts.authenticator == nullptr) missing.push_back("Authenticator: only public operations work");
  if (parts.audit == nullptr) missing.push_back("AuditLog: changes are refused");
  if (parts.clusters == nullptr) missing.push_back("ClusterDirectory: no clusters are available");
  ready = ready && missing.empty();
  const DatabaseState state = state_of(database);
  ready = ready && state == DatabaseState::writable;
  const char* answer = state == DatabaseState::writable ? "answers" : state == DatabaseState::read_only ? "takes no writes" : "does not answer";
  return Reply::json({{"ready", ready}, {"plugins", plugins}, {"missing", missing}, {"degraded", degraded}, {"warnings", host.warnings()}, {"database", answer}}, ready ? 200 : 503);
}

}  // namespace

HostSettings host_settings(const AppSettings& settings) {
  return {settings.texts("plugins"), settings.text("plugin_dir"), settings.text("extra_plugin_dir"), settings.text("share_dir"),
          settings.text("key_file"), std::chrono::seconds(settings.number("start_seconds")), static_cast<int>(settings.number("event_attempts")),
          settings.sections, process_environment(), {{"workload_types", settings.host.at("workload_types")}}};
}

int serve(const AppSettings& settings, PluginHost& host, Database& database, MetricsRegistry& metrics, const std::function<void()>& stop_network, Log& log) {
  keep_memory_private();
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // threads started from here on inherit it; the network thread blocks all signals itself
  signal(SIGPIPE, SIG_IGN);
  raise_file_limit(log);

  check_migrations(database, host.migrations());
  host.handle("host", "host.healthz", [](Request&) { return Reply::json({{"alive", true}}); });
  host.handle("host", "host.metrics", [&metrics](Request&) {
    Reply reply;
    reply.content_type = MetricsRegistry::kContentType;
    reply.body = metrics.text();
    return reply;
  });
  host.handle("host", "host.readyz", [&](Request&) { return readiness(host, database); });
  const auto api = SharedText::make(print_json(host.contract().document()));
  host.handle("host", "host.openapi", [&api](Request&) {
    Reply reply;
    reply.shared = api;
    return reply;
  });
  host.handle("host", "host.ui", [&](Request&) { return Reply::json({{"pages", host.pages()}}); });
  bind_event_handlers(host, database);
  const auto host_metrics = std::make_shared<HostMetrics>(database, *host.parts().clock);
  metrics.collect([host_metrics](Metrics::Reading& reading) { host_metrics->show(reading); });
  host.add_job(HostMetrics::kInterval, "metrics", [host_metrics] { host_metrics->read(); });
  host.start();

  std::unique_ptr<Dispatcher> dispatcher;
  const std::size_t workers = settings.number("workers");
  FastCgiServer server({settings.text("listen"), workers, longest_body(host.contract(), settings.number("body_limit"))},
                       [&dispatcher](const std::shared_ptr<Exchange>& exchange) { return dispatcher->serve(exchange); }, log);
  const Dispatcher::Options options{settings.number("body_limit"), ConcurrencyLimit::Limits::for_workers(workers), settings.texts("public_addresses"), workers,
                                    {settings.number("streams"), settings.number("streams_of_user")}};
  dispatcher = std::make_unique<Dispatcher>(options, host.contract(), host.words(), host.parts(), server, log);
  // For /healthz and /metrics, which nginx sends here: answered also while every worker is busy.
  FastCgiServer health({settings.text("listen") + ".health", 1, 0}, [&dispatcher](const std::shared_ptr<Exchange>& exchange) { return dispatcher->serve(exchange); }, log);
  metrics.collect([&dispatcher](Metrics::Reading& reading) {
    reading.gauge("podload_http_streams_open", "Open streams of events", static_cast<double>(dispatcher->open_streams()));
  });
  health.start();
  host.add_job(kDenialsEvery, "denials", [&dispatcher] { dispatcher->write_left_out(); });
  host.add_job(kSlowHandlersEvery, "slow handlers", [&dispatcher] { dispatcher->report_slow_handlers(); });
  host.add_job(kStreamsEvery, "streams", [&dispatcher] { dispatcher->check_streams(); });
  host.start_jobs();
  server.start();
  log.info("podloadd serves", {{"socket", settings.text("listen")}, {"workers", workers}});

  int signal_number = 0;
  sigwait(&signals, &signal_number);
  log.info("podloadd stops", {{"signal", signal_number}});
  const StopDeadline deadline(kStopLimit, log);
  dispatcher->stopping();
  // Requests get time to finish on their own. Then outgoing calls are cancelled, which ends requests that wait for a
  // cluster, proofs included; the next daemon settles their operations.
  health.stop(std::chrono::milliseconds(0));
  server.stop(kGrace);
  stop_network();
  if (!server.stop(kGraceWithoutNetwork)) {
    // Handlers still run, most likely waiting for the database, and use the plugins' objects.
    log.warn("podloadd exits with requests unanswered; their connections are closed", {{"requests", server.unanswered()}});
    end_now();
  }
  host.stop();  // sends late replies (those that wait for proof); the server's workers still write them
  server.stop(kGraceWithoutNetwork);
  log.info("podloadd has stopped");
  return 0;
}

}  // namespace podload
