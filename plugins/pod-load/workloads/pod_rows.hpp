// Pods as GET …/pods shows them. Free functions and a small cache; any thread.
#pragma once

#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kube/pod.hpp"
#include "podload/clock.hpp"
#include "podload/cluster_directory.hpp"
#include "record/pod_operation.hpp"

namespace podload::pod_load {

/// Each cluster's nodes and their InternalIPs, read at most every ten seconds, beside what else is read.
/// They are for show: a list that fails or is slow neither fails nor delays what they are shown with,
/// and is asked for again after a minute.
class NodeAddresses {
 public:
  using Map = std::map<std::string, std::string>;

  explicit NodeAddresses(const Clock& clock) : clock_(clock) {}
  /// The addresses, in a second and a half at most; those of before where they could not be read now.
  /// Empty where they never could: the Pods' own hostIP then serves. Its get() does not throw.
  std::future<Map> begin(const std::string& cluster_id, std::shared_ptr<KubeClient> kube);

 private:
  struct Entry {
    SteadyTime again{};
    Map addresses;
  };
  Map read(const std::string& cluster_id, KubeClient& kube);

  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

/// One row. `removal` is null for a Pod that podload has not taken out.
Json pod_row(const Pod& pod, const LoadLabel& label, const std::map<std::string, std::string>& nodes, const PodOperation* removal,
             SystemTime now);

/// "8d 5h 3m 1s"
std::string running_time(std::chrono::seconds age);
/// In UTC+8, as the predecessor wrote it: "2026-11-22 15:04:05".
std::string created_time(SystemTime time);

}  // namespace podload::pod_load
