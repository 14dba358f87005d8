// The objects plugin: shows the other objects of a cluster, read-only.
#include "podload/plugin.hpp"

#include <memory>

#include "handlers.hpp"
#include "podload/error.hpp"

namespace podload::objects {
namespace {

class ObjectsPlugin final : public Plugin {
 public:
  void start(Host& host) override {
    auto* const clusters = host.want<ClusterDirectory>();
    if (clusters == nullptr) throw Error("no_clusters");
    handlers_ = std::make_unique<Handlers>(host, *clusters);
    host.handle("objects.nodes", [this](Request& request) { return handlers_->nodes(request); });
    host.handle("objects.workload_yaml", [this](Request& request) { return handlers_->workload_yaml(request); });
    for (const char* family : {"services", "configs", "storage"}) {
      const std::string id = std::string("objects.") + family;
      host.handle(id, [this, family](Request& request) { return handlers_->list_family(request, family); });
      host.handle(id + "_yaml", [this, family](Request& request) { return handlers_->family_yaml(request, family); });
    }
  }
  void stop() noexcept override {}

 private:
  std::unique_ptr<Handlers> handlers_;
};

}  // namespace
}  // namespace podload::objects

PODLOAD_PLUGIN(podload::objects::ObjectsPlugin, "objects", "1.0.0")
