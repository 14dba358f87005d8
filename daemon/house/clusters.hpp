// Clusters in place of the plugin cluster's. Any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "podload/cluster_directory.hpp"
#include "podload/mutex.hpp"
#include "podload_testing/scripted_kube.hpp"

namespace podload::testing {

class Clusters final : public ClusterDirectory {
 public:
  ScriptedKube& add(const std::string& name, ScriptedKube::Answer answer, const LoadLabel& label);

  std::optional<Cluster> find(std::string_view name) override;
  std::optional<Cluster> find_id(std::string_view id) override;
  std::vector<Cluster> all() override;
  std::shared_ptr<KubeClient> client(const Cluster& cluster) override;
  /// The mirror never gets in step.
  std::unique_ptr<KubeFeed> follow(const Cluster&, const std::string&, const std::string&, std::shared_ptr<KubeMirror>) override {
    return std::make_unique<KubeFeed>();
  }

 private:
  struct Entry {
    Cluster cluster;
    std::shared_ptr<ScriptedKube> kube;
  };
  template <class Is>
  std::optional<Entry> entry(const Is& is);

  Mutex mutex_;
  std::vector<Entry> entries_ PODLOAD_GUARDED_BY(mutex_);
};

}  // namespace podload::testing
