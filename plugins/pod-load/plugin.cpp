// The pod-load plugin: workload types, their Pods, and removing a Pod from load balancing and restoring it.
#include "podload/plugin.hpp"

#include <memory>

#include "expectation_of_view.hpp"
#include "live/pod_events.hpp"
#include "live/read_handlers.hpp"
#include "live/views.hpp"
#include "podload/error.hpp"
#include "record/journal.hpp"
#include "removal/checks.hpp"
#include "removal/operation_handlers.hpp"
#include "removal/operation_runner.hpp"
#include "removal/prover.hpp"
#include "removal/settler.hpp"
#include "workloads/workload_catalog.hpp"

namespace podload::pod_load {
namespace {

using namespace std::chrono_literals;

class PodLoadPlugin final : public Plugin {
 public:
  void start(Host& host) override {
    ClusterDirectory* clusters = host.want<ClusterDirectory>();
    if (clusters == nullptr) throw Error("no_clusters");
    AuditLog* audit = host.want<AuditLog>();
    parts_ = std::make_unique<Parts>(host, *clusters, host.want<Authenticator>(), audit);
    Parts& parts = *parts_;

    host.offer<WorkloadTypes>(parts.catalog);
    host.offer<OperationChecks>(parts.checks);
    host.handle("pod_load.workload_types", [&](Request& request) { return parts.reads.workload_types(request); });
    host.handle("pod_load.workloads", [&](Request& request) { return parts.reads.workloads(request); });
    host.handle("pod_load.workload_pods", [&](Request& request) { return parts.reads.workload_pods(request); });
    host.handle("pod_load.pods", [&](Request& request) { return parts.reads.pods(request); });
    host.handle("pod_load.find_pods", [&](Request& request) { return parts.reads.find_pods(request); });
    host.handle("pod_load.events", [&](Request& request) { return parts.events.open(request, parts.views); });
    host.handle("pod_load.remove", [&](Request& request) { return parts.changes.change(request, PodOperation::Kind::remove); });
    host.handle("pod_load.restore", [&](Request& request) { return parts.changes.change(request, PodOperation::Kind::restore); });
    host.handle("pod_load.operation", [&](Request& request) { return parts.changes.show(request); });
    host.every(30s, "views", [&] { parts.views.end_idle(); });
    host.every(3s, "events", [&] { parts.events.look(); });
    // Without the audit log nothing is settled: each outcome must have its audit row.
    if (audit != nullptr) host.every(3s, "settle", [&] { parts.settler.run(); });
  }

  void stop() noexcept override {
    if (!parts_) return;
    parts_->events.stop();
    parts_->views.stop();
    parts_->settler.stop();
    parts_->prover.stop();
  }

 private:
  struct Parts {
    Parts(Host& host, ClusterDirectory& clusters, Authenticator* authenticator, AuditLog* audit)
        : catalog(host.declared("workload_types")),
          operation_metrics(host.metrics()),
          journal(host.database(), authenticator, audit, host.events(), host.instance(), host.log(), &operation_metrics),
          prover(journal, host.clock(), host.log(), std::chrono::seconds(host.config().at("proof_seconds").get<int>())),
          facts(catalog,
                [this](const Cluster& cluster, const std::string& name_space, const std::string& pod) {
                  const auto view = views.known(cluster.id);
                  return view ? expectation_of(*view, name_space, pod) : std::nullopt;
                }),
          checks(host.declared("checks"), host.log()),
          events(host, catalog, journal),
          views(clusters, host.clock(), events.reporter()),
          runner(journal, prover, clusters, facts, checks, host.clock(), host.log(),
                 [this](const std::string& cluster_id, const Pod& pod) {
                   if (const auto view = views.known(cluster_id)) view->put_newer(pod);
                 }),
          settler(journal, prover, clusters, facts, host.log()),
          reads(host, views, catalog, journal),
          changes(host, journal, runner) {
      journal.observe([this](const PodOperation& operation) { events.changed(operation); });
    }

    WorkloadCatalog catalog;
    OperationMetrics operation_metrics;
    Journal journal;
    Prover prover;
    FactsReader facts;
    Checks checks;
    PodEvents events;
    Views views;
    OperationRunner runner;
    Settler settler;
    ReadHandlers reads;
    OperationHandlers changes;
  };
  std::unique_ptr<Parts> parts_;
};

}  // namespace
}  // namespace podload::pod_load

PODLOAD_PLUGIN(podload::pod_load::PodLoadPlugin, "pod-load", "1.0.0")
