// Rows of GET …/pods. Free functions, and a small cache that ReadHandlers owns; any thread.
#pragma once

#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kube/pod.hpp"
#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "podload/mutex.hpp"
#include "record/pod_operation.hpp"

namespace podload::pod_load {

/// The nodes of each cluster with their InternalIPs, read in the background at most every ten seconds. They are for
/// display only: a list that fails or is slow does not fail or delay the request, and is read again after a minute.
class NodeAddresses {
 public:
  using Map = std::map<std::string, std::string>;

  explicit NodeAddresses(const Clock& clock) : clock_(clock) {}
  /// The addresses, within 1.5 seconds; the previous ones if the read fails. Empty if no read ever succeeded: then the
  /// Pods' hostIP is shown instead. get() of the future does not throw; begin() throws std::system_error if it cannot
  /// start a thread.
  std::future<Map> begin(const std::string& cluster_id, std::shared_ptr<KubeClient> kube);

 private:
  struct Entry {
    SteadyTime next_read{};
    Map addresses;
  };
  Map read(const std::string& cluster_id, KubeClient& kube);

  const Clock& clock_;
  Mutex mutex_;
  std::map<std::string, Entry> entries_ PODLOAD_GUARDED_BY(mutex_);
};

/// One row. `removal` is null for a Pod that podload has not removed; without `now` the row has no running_time.
Json pod_row(const Pod& pod, const LoadLabel& label, const std::map<std::string, std::string>& nodes, const PodOperation* removal,
             std::optional<SystemTime> now);

/// "8d 5h 3m 1s"
std::string running_time(std::chrono::seconds age);
/// In UTC+8, in the predecessor's format: "2026-11-22 15:04:05".
std::string created_time(SystemTime time);

}  // namespace podload::pod_load
