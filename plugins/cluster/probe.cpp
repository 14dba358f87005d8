#include "probe.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "kube/check.hpp"
#include "podload/kube_client.hpp"

namespace podload::cluster {
namespace {

constexpr std::chrono::seconds kAskAgain{10}, kRemembered{30};
constexpr std::chrono::milliseconds kPatience{1500};

}  // namespace

struct Probe::State {
  struct Known {
    Pulse pulse;
    std::optional<SteadyTime> at;  ///< When its pulse was last updated.
    bool asking = false;
  };
  std::mutex mutex;
  std::condition_variable told;
  std::map<std::string, Known> known;  ///< By cluster id.
  bool over = false;                   ///< The Probe is destroyed, and its clock may be too.
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

/// A pending request to one cluster. However it ends, the destructor marks the cluster as no longer pending.
struct Probe::Question {
  Question(std::shared_ptr<State> of, const Clock& time, std::string cluster) : state(std::move(of)), clock(time), id(std::move(cluster)) {}
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;
  ~Question() {
    const std::scoped_lock lock(state->mutex);
    state->known[id].asking = false;
    state->told.notify_all();
  }
  void tell(Pulse pulse) const {
    const std::scoped_lock lock(state->mutex);
    if (state->over) return;
    State::Known& known = state->known[id];
    known.pulse = std::move(pulse);
    known.at = clock.steady();
  }

  const std::shared_ptr<State> state;
  const Clock& clock;
  const std::string id;
};

void Probe::ask(const Cluster& cluster) {
  auto question = std::make_shared<Question>(state_, clock_, cluster.id);
  try {
    KubeRequest request;
    request.path = "/version";
    request.timeout = kPatience;
    request.body_limit = kObjectBytes;
    directory_.http_client(cluster)->start(request, [question](const HttpResult& result) { question->tell(pulse_of(result)); });
  } catch (const std::exception& error) {  // a damaged row or an unavailable database: the others are checked all the same
    Pulse unusable;
    unusable.state = "unusable";
    question->tell(unusable);
  }
}

Pulse pulse_of(const HttpResult& result) {
  Pulse pulse;
  if (result.failure) {
    pulse.state = "unreachable";
    pulse.why = cluster_text(result.failure->text);
    return pulse;
  }
  pulse.reachable = true;
  const KubeReply reply{result.reply.status, result.reply.body, {}};
  if (const auto version = version_of(reply)) {
    pulse.version = *version;
    pulse.state = "ready";
    return pulse;
  }
  pulse.state = reply.status == 401 ? "credentials" : reply.status == 403 ? "forbidden" : "failing";
  pulse.why = std::to_string(reply.status) + " " + status_of(reply).message;
  return pulse;
}

}  // namespace podload::cluster
