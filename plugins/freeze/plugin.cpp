// freeze: refuses removals during freeze windows.
#include "podload/plugin.hpp"

#include <memory>

#include "handlers.hpp"
#include "podload/error.hpp"
#include "window_store.hpp"

namespace podload::freeze {
namespace {

class FreezePlugin final : public Plugin {
 public:
  void start(Host& host) override {
    auto* const clusters = host.want<ClusterDirectory>();
    auto* const checks = host.want<OperationChecks>();
    if (clusters == nullptr || checks == nullptr) throw Error("no_clusters");
    handlers_ = std::make_unique<Handlers>(host, *clusters);
    host.handle("freeze.list", [this](Request& request) { return handlers_->list(request); });
    host.handle("freeze.add", [this](Request& request) { return handlers_->add(request); });
    host.handle("freeze.end", [this](Request& request) { return handlers_->end(request); });
    const std::chrono::minutes warn(host.config().at("warn_minutes").get<int>());
    check_ = checks->bind("freeze", OperationPlan::Kind::remove, [&host, warn](const OperationPlan& plan) {
      const auto windows = host.database().transact([&](Transaction& tx) { return WindowStore::of(tx, plan.cluster.id, plan.name_space); });
      return judge(windows, plan, host.clock().now(), warn);
    });
  }
  void stop() noexcept override { check_.reset(); }

 private:
  std::unique_ptr<Handlers> handlers_;
  std::unique_ptr<BoundCheck> check_;
};

}  // namespace
}  // namespace podload::freeze

PODLOAD_PLUGIN(podload::freeze::FreezePlugin, "freeze", "1.0.0")
