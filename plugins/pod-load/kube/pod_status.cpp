#include "kube/pod_status.hpp"

#include <set>
#include <vector>

#include "podload/text.hpp"

namespace podload::pod_load {
namespace {

constexpr std::size_t kLongestText = 100;

/// The first condition of that type counts, as in kubectl.
bool is_initialized(JsonView status) {
  bool seen = false, initialized = false;
  status["conditions"].each([&](JsonView condition) {
    if (seen || condition["type"].text() != "Initialized") return;
    seen = true;
    initialized = condition["status"].text() == "True";
  });
  return initialized;
}

bool is_ready(JsonView status) {
  bool ready = false;
  status["conditions"].each([&](JsonView condition) {
    ready = ready || (condition["type"].text() == "Ready" && condition["status"].text() == "True");
  });
  return ready;
}

bool waits_for_gates(JsonView status) {
  bool gated = false;
  status["conditions"].each([&](JsonView condition) {
    gated = gated || (condition["type"].text() == "PodScheduled" && condition["reason"].text() == "SchedulingGated");
  });
  return gated;
}

/// The status of a terminated container: its reason, or else its signal or exit code.
std::string ended_as(JsonView terminated) {
  const std::string_view reason = terminated["reason"].text();
  if (!reason.empty()) return std::string(reason);
  const auto signal = terminated["signal"].number();
  return signal != 0 ? "Signal:" + std::to_string(signal) : "ExitCode:" + std::to_string(terminated["exitCode"].number());
}

std::vector<JsonView> items(JsonView list) {
  std::vector<JsonView> result;
  list.each([&](JsonView item) { result.push_back(item); });
  return result;
}

class Printer {
 public:
  explicit Printer(JsonView pod) : pod_(pod), status_(pod["status"]) {
    printed_.text = status_["reason"].text().empty() ? status_["phase"].string() : status_["reason"].string();
    if (waits_for_gates(status_)) printed_.text = "SchedulingGated";
    printed_.containers = static_cast<std::int64_t>(pod_["spec"]["containers"].size());
    // An init container with restartPolicy Always is a sidecar: it keeps running with the others.
    pod_["spec"]["initContainers"].each([&](JsonView declared) {
      ++init_containers_;
      if (declared["restartPolicy"].text() == "Always" && sidecars_.insert(declared["name"].text()).second) ++printed_.containers;
    });
  }

  PrintedStatus print() {
    const bool initializing = print_init_containers();
    if (!initializing || is_initialized(status_)) print_containers();
    const std::string_view phase = status_["phase"].text();
    if (pod_["metadata"]["deletionTimestamp"]) {
      if (status_["reason"].text() == "NodeLost")
        printed_.text = "Unknown";
      else if (phase != "Succeeded" && phase != "Failed")
        printed_.text = "Terminating";
    }
    printed_.text = clean_text(printed_.text, kLongestText);
    return printed_;
  }

 private:
  /// True if one of them has not finished; the text then says which one, or why.
  bool print_init_containers() {
    std::size_t through = 0;
    for (const JsonView container : items(status_["initContainerStatuses"])) {
      const bool sidecar = sidecars_.count(container["name"].text()) > 0;
      printed_.restarts += container["restartCount"].number();
      if (sidecar) sidecar_restarts_ += container["restartCount"].number();
      const JsonView terminated = container["state"]["terminated"];
      const std::string_view waiting = container["state"]["waiting"]["reason"].text();
      if (terminated && terminated["exitCode"].number() == 0) {
        ++through;
      } else if (sidecar && container["started"].flag()) {  // a sidecar only has to start
        if (container["ready"].flag()) ++printed_.ready;
        ++through;
      } else {
        if (terminated)
          printed_.text = "Init:" + ended_as(terminated);
        else if (!waiting.empty() && waiting != "PodInitializing")
          printed_.text = "Init:" + std::string(waiting);
        else
          printed_.text = "Init:" + std::to_string(through) + "/" + std::to_string(init_containers_);
        return true;
      }
    }
    return false;
  }

  void print_containers() {
    // From here on, only containers that keep running count.
    printed_.restarts = sidecar_restarts_;
    const std::vector<JsonView> containers = items(status_["containerStatuses"]);
    bool running = false;
    for (auto at = containers.rbegin(); at != containers.rend(); ++at) {
      const JsonView container = *at, state = container["state"];
      printed_.restarts += container["restartCount"].number();
      if (!state["waiting"]["reason"].text().empty()) {
        printed_.text = state["waiting"]["reason"].string();
      } else if (state["terminated"]) {
        printed_.text = ended_as(state["terminated"]);
      } else if (container["ready"].flag() && state["running"]) {
        running = true;
        ++printed_.ready;
      }
    }
    if (printed_.text == "Completed" && running) printed_.text = is_ready(status_) ? "Running" : "NotReady";
  }

  const JsonView pod_, status_;
  std::set<std::string_view> sidecars_;
  std::size_t init_containers_ = 0;
  std::int64_t sidecar_restarts_ = 0;
  PrintedStatus printed_;
};

}  // namespace

PrintedStatus printed_status(JsonView pod) { return Printer(pod).print(); }

}  // namespace podload::pod_load
