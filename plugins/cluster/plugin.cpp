// The cluster plugin: offers ClusterDirectory, serves the cluster.* operations, and has the `cluster` commands.
#include "podload/plugin.hpp"

#include <memory>

#include "cluster_rules.hpp"
#include "commands.hpp"
#include "handlers.hpp"

namespace podload::cluster {
namespace {

Defaults defaults_of(const Json& config) {
  Defaults defaults;
  defaults.label = {text_member(config, "label"), text_member(config, "online_value"), text_member(config, "done_value")};
  defaults.minimum = config.at("minimum").get<int>();
  defaults.timeout = std::chrono::milliseconds(config.at("request_timeout_ms").get<int>());
  check_label(defaults.label);
  return defaults;
}

/// All objects that live from start() to stop().
class Parts {
 public:
  explicit Parts(Host& host)
      : sealer_(host.key("kubeconfig")),
        directory_(host.database(), host.http(), host.clock(), host.log(), sealer_, defaults_of(host.config())),
        registry_(host.database(), host.http(), host.clock(), host.log(), host.events(), sealer_, directory_,
                  {host.config().at("simulated").get<bool>(), host.literals("/api"),
                   needed_rights(rights_rows(host.declared("cluster_rights")))}),
        probe_(directory_, host.clock()),
        handlers_(host, directory_, registry_, probe_),
        commands_(host, directory_, registry_, probe_) {
    host.offer<ClusterDirectory>(directory_);
    host.metrics().collect([this](Metrics::Reading& reading) { directory_.show(reading); });
    host.handle("cluster.list", [this](Request& request) { return handlers_.list(request); });
    host.handle("cluster.admin_list", [this](Request& request) { return handlers_.admin_list(request); });
    host.handle("cluster.admin_show", [this](Request& request) { return handlers_.admin_show(request); });
    host.handle("cluster.update", [this](Request& request) { return handlers_.update(request); });
    host.handle("cluster.add", [this](Request& request) { return handlers_.add(request); });
    host.handle("cluster.delete", [this](Request& request) { return handlers_.remove(request); });
    host.handle("cluster.namespaces", [this](Request& request) { return handlers_.namespaces(request); });
    host.command("cluster add", [this](const Json& args, std::ostream& out) { return commands_.add(args, out); });
    host.command("cluster list", [this](const Json&, std::ostream& out) { return commands_.list(out); });
    host.command("cluster update", [this](const Json& args, std::ostream& out) { return commands_.update(args, out); });
    host.command("cluster rbac", [this](const Json& args, std::ostream& out) { return commands_.rbac(args, out); });
    host.command("import flask", [this](const Json& args, std::ostream& out) { return commands_.import_flask(args, out); });
    if (!text_member(host.config(), "kubeconfig_dir").empty())
      host.every(std::chrono::minutes(1), "kubeconfig folder", [this] { commands_.import_folder(); });
    host.command("cluster remove", [this](const Json& args, std::ostream& out) { return commands_.remove(args, out); });
  }

 private:
  const Sealer sealer_;
  Directory directory_;
  Registry registry_;
  Probe probe_;
  Handlers handlers_;
  Commands commands_;
};

class ClusterPlugin final : public Plugin {
 public:
  void start(Host& host) override { parts_ = std::make_unique<Parts>(host); }
  void stop() noexcept override { parts_.reset(); }

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace
}  // namespace podload::cluster

PODLOAD_PLUGIN(podload::cluster::ClusterPlugin, "cluster", "1.0.0")
