#include "kube/pod_status.hpp"

#include <vector>

namespace podload {
namespace {

bool condition_is_true(JsonView status, std::string_view type) {
  bool is_true = false;
  status["conditions"].each([&](JsonView condition) {
    if (condition["type"].text() == type) is_true = condition["status"].text() == "True";
  });
  return is_true;
}

/// A terminated container without a reason: by its signal or exit code.
std::string ended_as(JsonView terminated) {
  const auto signal = terminated["signal"].number();
  return signal != 0 ? "Signal:" + std::to_string(signal) : "ExitCode:" + std::to_string(terminated["exitCode"].number());
}

std::vector<JsonView> items(JsonView list) {
  std::vector<JsonView> result;
  list.each([&](JsonView item) { result.push_back(item); });
  return result;
}

/// An init container with restartPolicy Always is a sidecar: started is all that is asked of it.
bool is_started_sidecar(JsonView pod, JsonView container) {
  bool sidecar = false;
  pod["spec"]["initContainers"].each([&](JsonView declared) {
    if (declared["name"].text() == container["name"].text()) sidecar = declared["restartPolicy"].text() == "Always";
  });
  return sidecar && container["started"].flag();
}

/// The first init container that is not through, in words; empty where all are.
std::string initializing(JsonView pod, std::int64_t& restarts) {
  const std::vector<JsonView> containers = items(pod["status"]["initContainerStatuses"]);
  const std::size_t declared = items(pod["spec"]["initContainers"]).size();
  for (std::size_t i = 0; i < containers.size(); ++i) {
    restarts += containers[i]["restartCount"].number();
    const JsonView terminated = containers[i]["state"]["terminated"], waiting = containers[i]["state"]["waiting"];
    if (terminated && terminated["exitCode"].number() == 0) continue;
    if (is_started_sidecar(pod, containers[i])) continue;
    if (terminated) {
      const std::string_view reason = terminated["reason"].text();
      return "Init:" + (reason.empty() ? ended_as(terminated) : std::string(reason));
    }
    const std::string_view reason = waiting["reason"].text();
    if (!reason.empty() && reason != "PodInitializing") return "Init:" + std::string(reason);
    return "Init:" + std::to_string(i) + "/" + std::to_string(declared);
  }
  return {};
}

}  // namespace

PrintedStatus printed_status(JsonView pod) {
  const JsonView status = pod["status"];
  PrintedStatus printed;
  printed.text = status["reason"] ? status["reason"].string() : status["phase"].string();

  const std::string init = initializing(pod, printed.restarts);
  if (!init.empty()) printed.text = init;
  if (init.empty() || condition_is_true(status, "Initialized")) {
    const std::vector<JsonView> containers = items(status["containerStatuses"]);
    printed.restarts = 0;
    bool running = false;
    for (auto at = containers.rbegin(); at != containers.rend(); ++at) {
      printed.restarts += (*at)["restartCount"].number();
      const JsonView state = (*at)["state"];
      if (!state["waiting"]["reason"].text().empty())
        printed.text = state["waiting"]["reason"].string();
      else if (!state["terminated"]["reason"].text().empty())
        printed.text = state["terminated"]["reason"].string();
      else if (state["terminated"])
        printed.text = ended_as(state["terminated"]);
      else if ((*at)["ready"].flag() && state["running"])
        running = true;
    }
    if (printed.text == "Completed" && running) printed.text = condition_is_true(status, "Ready") ? "Running" : "NotReady";
  }
  if (pod["metadata"]["deletionTimestamp"]) printed.text = status["reason"].text() == "NodeLost" ? "Unknown" : "Terminating";
  return printed;
}

}  // namespace podload
