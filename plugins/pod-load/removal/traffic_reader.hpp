// Reads the slices and the Pods of the Services that a removal affects. Reads live only as many Pods as prove that enough
// remain (daemon/docs/adr/0015). Owned by its caller; not thread-safe.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kube/read_batch.hpp"
#include "podload/cluster_directory.hpp"
#include "removal/facts.hpp"

namespace podload::pod_load {

class TrafficReader {
 public:
  /// `traffic` contains the Pod, its Services, the foreign slices and the pending removals. `value` is the label's new
  /// value. `cluster` outlives this object.
  TrafficReader(std::string name_space, const Cluster& cluster, std::string value, Traffic traffic);

  /// The paths that a reader reads, if `expected` is what its reads return.
  static std::vector<std::string> paths(KubeClient& kube, const std::string& name_space, const Cluster& cluster, const std::string& value,
                                        const Traffic& expected);

  /// Adds the next reads to `batch`: first the Services' slices and Pods, then Pods to confirm live; none once they
  /// suffice. Processing the replies (batch.run()) throws what body_of() throws.
  void add_reads(ReadBatch& batch, KubeClient& kube);

  /// The traffic; call it after the last batch.
  Traffic take() { return std::move(traffic_); }

 private:
  enum class Have { nothing, cached, witnesses, enough };

  void add_slices(ReadBatch& batch, KubeClient& kube);
  void add_all_pods(ReadBatch& batch, bool live);
  void add_witnesses(ReadBatch& batch);
  bool witnesses_suffice();

  const std::string name_space_;
  const Cluster& cluster_;
  const std::string value_;
  Traffic traffic_;
  Have have_ = Have::nothing;
  std::set<std::string> seen_;      ///< Uids, since a Pod can be in several lists.
  std::set<std::string> names_;     ///< Pods to read live.
  std::vector<Pod> witnesses_;      ///< Those of them that exist.
};

}  // namespace podload::pod_load
