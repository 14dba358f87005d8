#include "workloads/pod_rows.hpp"

#include <algorithm>
#include <optional>

#include "podload/kube_list.hpp"

namespace podload::pod_load {
namespace {

using namespace std::chrono_literals;

constexpr auto kFresh = 10s, kAfterFailure = 60s;
constexpr auto kTimeout = 1500ms;

}  // namespace

std::future<NodeAddresses::Map> NodeAddresses::begin(const std::string& cluster_id, std::shared_ptr<KubeClient> kube) {
  {
    const MutexLock lock(mutex_);
    Entry& entry = entries_[cluster_id];
    if (clock_.steady() < entry.next_read) {
      std::promise<Map> known;
      known.set_value(entry.addresses);
      return known.get_future();
    }
    entry.next_read = clock_.steady() + kTimeout;  // meanwhile, other callers get the cached addresses
  }
  return std::async(std::launch::async, [this, cluster_id, kube = std::move(kube)] { return read(cluster_id, *kube); });
}

NodeAddresses::Map NodeAddresses::read(const std::string& cluster_id, KubeClient& kube) {
  std::optional<Map> addresses = Map();
  try {
    KubeRequest request;
    request.path = "/api/v1/nodes";
    ListLimits limits;
    limits.time = kTimeout;
    each_item(kube, std::move(request), "list nodes", [&](JsonView node) {
      node["status"]["addresses"].each([&](JsonView address) {
        if (address["type"].text() == "InternalIP") addresses->emplace(node["metadata"]["name"].text(), address["address"].text());
      });
    }, limits);
  } catch (const std::exception&) {
    addresses.reset();
  }
  const MutexLock lock(mutex_);
  Entry& entry = entries_[cluster_id];
  entry.next_read = clock_.steady() + (addresses ? kFresh : kAfterFailure);
  if (addresses) entry.addresses = std::move(*addresses);
  return entry.addresses;
}

std::string running_time(std::chrono::seconds age) {
  const long total = std::max<long>(age.count(), 0);
  const long days = total / 86400, hours = total / 3600 % 24, minutes = total / 60 % 60;
  std::string text;
  if (days > 0) text += std::to_string(days) + "d ";
  if (days > 0 || hours > 0) text += std::to_string(hours) + "h ";
  if (days > 0 || hours > 0 || minutes > 0) text += std::to_string(minutes) + "m ";
  return text + std::to_string(total % 60) + "s";
}

std::string created_time(SystemTime time) {
  std::string text = rfc3339(time + 8h).substr(0, 19);
  text[10] = ' ';
  return text;
}

Json pod_row(const Pod& pod, const LoadLabel& label, const std::map<std::string, std::string>& nodes, const PodOperation* removal,
             std::optional<SystemTime> now) {
  const auto load = pod.label(label.name);
  const auto node = nodes.find(pod.node);
  Json row = {{"name", pod.name},
              {"namespace", pod.name_space},
              {"uid", pod.uid},
              {"status", pod.status},
              {"ready", pod.ready},
              {"node_ip", node == nodes.end() ? pod.host_ip : node->second},
              {"pod_ip", pod.pod_ip},
              {"created_time", created_time(pod.created)},
              {"created_at", rfc3339(pod.created)},
              {"restart_count", pod.restarts},
              {"containers", {{"ready", pod.containers_ready}, {"total", pod.containers}}},
              {"has_removeload", load == label.done},
              {"load", load ? Json(*load) : Json()},
              {"labels", pod.labels},
              {"removal", nullptr}};
  if (now) row["running_time"] = running_time(std::chrono::duration_cast<std::chrono::seconds>(*now - pod.created));
  if (removal != nullptr)
    row["removal"] = {{"operation", removal->id}, {"username", removal->username}, {"reason", removal->reason},
                      {"since", removal->created_at}, {"outcome", removal->outcome ? Json(name_of(*removal->outcome)) : Json()}};
  return row;
}

}  // namespace podload::pod_load
