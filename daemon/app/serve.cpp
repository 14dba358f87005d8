#include "app/serve.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "app/event_handlers.hpp"
#include "http/fastcgi_server.hpp"
#include "podload/error.hpp"
#include "storage/pool.hpp"

namespace podload {
namespace {

constexpr auto kGrace = std::chrono::milliseconds(600);  // for what is under way when SIGTERM comes

/// Keys and passwords are in memory: no core may be written, no other process may look.
void keep_memory_private() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

Reply readiness(PluginHost& host, Database& database) {
  Json plugins = Json::object();
  bool ready = true;
  for (const auto& [name, why] : host.states()) {
    plugins[name] = why.empty() ? "running" : why;
    ready = ready && why.empty();
  }
  const Dispatcher::Parts parts = host.parts();
  Json missing = Json::array();
  if (parts.authenticator == nullptr) missing.push_back("Authenticator: only public addresses answer");
  if (parts.audit == nullptr) missing.push_back("AuditLog: no change is taken");
  if (parts.clusters == nullptr) missing.push_back("ClusterDirectory: no cluster is known");
  ready = ready && missing.empty();
  const bool database_answers = answers(database);
  ready = ready && database_answers;
  return Reply::json({{"ready", ready}, {"plugins", plugins}, {"missing", missing}, {"warnings", host.warnings()}, {"database", database_answers ? "answers" : "does not answer"}}, ready ? 200 : 503);
}

}  // namespace

PluginHost::Settings host_settings(const AppSettings& settings) {
  return {settings.plugins(), settings.text("plugin_dir"), settings.text("extra_plugin_dir"), settings.text("share_dir"),
          settings.text("key_file"), std::chrono::seconds(settings.number("start_seconds")), static_cast<int>(settings.number("event_attempts")),
          settings.sections, process_environment(), {{"workload_types", settings.host.at("workload_types")}}};
}

int serve(const AppSettings& settings, PluginHost& host, Database& database, const std::function<void()>& stop_network, Log& log) {
  keep_memory_private();
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread: all inherit it
  signal(SIGPIPE, SIG_IGN);

  check_migrations(database, host.migrations());
  host.handle("host", "host.healthz", [](Request&) { return Reply::json({{"alive", true}}); });
  host.handle("host", "host.readyz", [&](Request&) { return readiness(host, database); });
  const std::string api = print_json(host.contract().document());
  host.handle("host", "host.openapi", [&api](Request&) {
    Reply reply;
    reply.body = api;
    return reply;
  });
  host.handle("host", "host.ui", [&](Request&) { return Reply::json({{"pages", host.pages()}}); });
  bind_event_handlers(host, database);
  host.start();

  std::unique_ptr<Dispatcher> dispatcher;
  const std::size_t workers = settings.number("workers");
  FastCgiServer server({settings.text("listen"), workers},
                       [&dispatcher](const std::shared_ptr<Exchange>& exchange) { return dispatcher->serve(exchange); }, log);
  const Dispatcher::Options options{settings.number("body_limit"), std::max<std::size_t>(1, workers / 4)};
  dispatcher = std::make_unique<Dispatcher>(options, host.contract(), host.words(), host.parts(), server, log);
  host.start_jobs();
  server.start();
  log.info("podloadd serves", {{"socket", settings.text("listen")}, {"workers", workers}});

  int signal_number = 0;
  sigwait(&signals, &signal_number);
  log.info("podloadd stops", {{"signal", signal_number}});
  // What is under way ends by itself if it can; then outgoing calls are broken off, so that what
  // waits for a cluster ends too, proofs included; the next daemon settles its operation.
  server.stop(kGrace);
  stop_network();
  server.stop(kGrace / 3);
  host.stop();  // late replies (waiting for proof) go out here; the server's workers still write them
  server.stop(kGrace / 3);
  log.info("podloadd has stopped");
  return 0;
}

}  // namespace podload
