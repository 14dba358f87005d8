#include "probe.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "kube/check.hpp"
#include "podload/error.hpp"

namespace podload::cluster {
namespace {

constexpr std::chrono::seconds kAskAgain{10}, kRemembered{30};
constexpr std::chrono::milliseconds kPatience{1500};

}  // namespace

struct Probe::State {
  struct Known {
    Pulse pulse;
    std::optional<SteadyTime> at;  ///< When it was last told.
    bool asking = false;
  };
  std::mutex mutex;
  std::condition_variable told;
  std::map<std::string, Known> known;  ///< By cluster id.
  bool over = false;                   ///< The Probe is gone, and its clock may be.
};

Probe::Probe(Directory& directory, const Clock& clock)
    : directory_(directory), clock_(clock), state_(std::make_shared<State>()) {}

Probe::~Probe() {
  const std::scoped_lock lock(state_->mutex);
  state_->over = true;
}

std::map<std::string, Pulse> Probe::pulses(const std::vector<Cluster>& clusters) {
  const auto is_fresh = [&](const State::Known& known, std::chrono::seconds age) {
    return known.at && clock_.steady() - *known.at < age;
  };
  std::vector<Cluster> due;
  {
    const std::scoped_lock lock(state_->mutex);
    for (const Cluster& cluster : clusters) {
      State::Known& known = state_->known[cluster.id];
      if (known.asking || is_fresh(known, kAskAgain)) continue;
      known.asking = true;
      due.push_back(cluster);
    }
  }
  for (const Cluster& cluster : due) ask(cluster);

  std::unique_lock lock(state_->mutex);
  state_->told.wait_for(lock, kPatience, [&] {
    return std::all_of(clusters.begin(), clusters.end(), [&](const Cluster& cluster) {
      const State::Known& known = state_->known[cluster.id];
      return !known.asking || is_fresh(known, kRemembered);
    });
  });
  std::map<std::string, Pulse> pulses;
  for (const Cluster& cluster : clusters) {
    const State::Known& known = state_->known[cluster.id];
    pulses[cluster.id] = is_fresh(known, kRemembered) ? known.pulse : Pulse();
  }
  return pulses;
}

void Probe::ask(const Cluster& cluster) {
  const auto tell = [state = state_, &clock = clock_, id = cluster.id](const std::optional<std::string>& version) {
    const std::scoped_lock lock(state->mutex);
    if (state->over) return;
    State::Known& known = state->known[id];
    known.pulse = version ? Pulse{*version, true} : Pulse();
    known.at = clock.steady();
    known.asking = false;
    state->told.notify_all();
  };
  try {
    KubeRequest request;
    request.path = "/version";
    request.timeout = kPatience;
    directory_.http_client(cluster)->start(request, [tell](const HttpResult& result) {
      KubeReply reply;
      reply.status = result.failure ? 0 : result.reply.status;
      reply.body = result.reply.body;
      tell(version_of(reply));
    });
  } catch (const Error&) {
    tell(std::nullopt);  // a damaged row or a lost database: the others are asked all the same
  }
}

}  // namespace podload::cluster
