#include "house/clusters.hpp"

#include <algorithm>
#include <stdexcept>

#include "podload/ids.hpp"

namespace podload::testing {

ScriptedKube& Clusters::add(const std::string& name, ScriptedKube::Answer answer, const LoadLabel& label) {
  if (find(name)) throw std::logic_error("the cluster " + name + " was added before");
  Entry made;
  made.cluster.id = new_uuid();
  made.cluster.name = made.cluster.display_name = name;
  made.cluster.label = label;
  made.kube = std::make_shared<ScriptedKube>(std::move(answer));
  ScriptedKube& kube = *made.kube;
  const MutexLock lock(mutex_);
  entries_.push_back(std::move(made));
  return kube;
}

template <class Is>
std::optional<Clusters::Entry> Clusters::entry(const Is& is) {
  const MutexLock lock(mutex_);
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return is(entry.cluster); });
  return found == entries_.end() ? std::nullopt : std::optional(*found);
}

std::optional<Cluster> Clusters::find(std::string_view name) {
  const auto found = entry([&](const Cluster& cluster) { return cluster.name == name; });
  return found ? std::optional(found->cluster) : std::nullopt;
}

std::optional<Cluster> Clusters::find_id(std::string_view id) {
  const auto found = entry([&](const Cluster& cluster) { return cluster.id == id; });
  return found ? std::optional(found->cluster) : std::nullopt;
}

std::vector<Cluster> Clusters::all() {
  const MutexLock lock(mutex_);
  std::vector<Cluster> all;
  for (const Entry& entry : entries_) all.push_back(entry.cluster);
  return all;
}

std::shared_ptr<KubeClient> Clusters::client(const Cluster& cluster) {
  const auto found = entry([&](const Cluster& one) { return one.id == cluster.id; });
  if (!found) throw std::logic_error("the cluster " + cluster.name + " is not the house's");
  return found->kube;
}

}  // namespace podload::testing
