#include "probe.hpp"

#include <algorithm>
#include <optional>

#include "kube/check.hpp"
#include "podload/kube_client.hpp"
#include "podload/mutex.hpp"

namespace podload::cluster {
namespace {

constexpr std::chrono::seconds kMinInterval{10}, kMaxAge{30};
constexpr std::chrono::milliseconds kTimeout{1500};

}  // namespace

struct Probe::State {
  struct Known {
    Health health;
    std::optional<SteadyTime> at;  ///< When its health was last updated.
    bool pending = false;
  };
  Mutex mutex;
  Condition changed;
  std::map<std::string, Known> known PODLOAD_GUARDED_BY(mutex);  ///< By cluster id.
  bool over PODLOAD_GUARDED_BY(mutex) = false;                   ///< The Probe is destroyed, and its clock may be too.
};

Probe::Probe(Directory& directory, const Clock& clock)
    : directory_(directory), clock_(clock), state_(std::make_shared<State>()) {}

Probe::~Probe() {
  const MutexLock lock(state_->mutex);
  state_->over = true;
}

std::map<std::string, Health> Probe::check(const std::vector<Cluster>& clusters) {
  const auto is_fresh = [&](const State::Known& known, std::chrono::seconds age) {
    return known.at && clock_.steady() - *known.at < age;
  };
  std::vector<Cluster> due;
  {
    const MutexLock lock(state_->mutex);
    for (const Cluster& cluster : clusters) {
      State::Known& known = state_->known[cluster.id];
      if (known.pending || is_fresh(known, kMinInterval)) continue;
      known.pending = true;
      due.push_back(cluster);
    }
  }
  for (const Cluster& cluster : due) start_check(cluster);

  MutexLock lock(state_->mutex);
  state_->changed.wait_for(lock, kTimeout, [&]() PODLOAD_REQUIRES(state_->mutex) {
    return std::all_of(clusters.begin(), clusters.end(), [&](const Cluster& cluster) PODLOAD_REQUIRES(state_->mutex) {
      const State::Known& known = state_->known[cluster.id];
      return !known.pending || is_fresh(known, kMaxAge);
    });
  });
  std::map<std::string, Health> checked;
  for (const Cluster& cluster : clusters) {
    const State::Known& known = state_->known[cluster.id];
    checked[cluster.id] = is_fresh(known, kMaxAge) ? known.health : Health();
  }
  return checked;
}

/// A pending request to one cluster. However it ends, the destructor marks the cluster as no longer pending.
struct Probe::Check {
  Check(std::shared_ptr<State> of, const Clock& time, std::string cluster) : state(std::move(of)), clock(time), id(std::move(cluster)) {}
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;
  ~Check() {
    const MutexLock lock(state->mutex);
    state->known[id].pending = false;
    state->changed.notify_all();
  }
  void store(Health health) const {
    const MutexLock lock(state->mutex);
    if (state->over) return;
    State::Known& known = state->known[id];
    known.health = std::move(health);
    known.at = clock.steady();
  }

  const std::shared_ptr<State> state;
  const Clock& clock;
  const std::string id;
};

void Probe::start_check(const Cluster& cluster) {
  auto check = std::make_shared<Check>(state_, clock_, cluster.id);
  try {
    KubeRequest request;
    request.path = "/version";
    request.timeout = kTimeout;
    request.body_limit = kObjectBytes;
    directory_.http_client(cluster)->start(request, [check](const HttpResult& result) { check->store(health_of(result)); });
  } catch (const std::exception& error) {  // a damaged row or an unavailable database: the others are checked all the same
    Health unusable;
    unusable.state = "unusable";
    check->store(unusable);
  }
}

Health health_of(const HttpResult& result) {
  Health health;
  if (result.failure) {
    health.state = "unreachable";
    health.why = cluster_text(result.failure->text);
    return health;
  }
  health.reachable = true;
  const KubeReply reply{result.reply.status, result.reply.body, {}};
  if (const auto version = version_of(reply)) {
    health.version = *version;
    health.state = "ready";
    return health;
  }
  health.state = reply.status == 401 ? "credentials" : reply.status == 403 ? "forbidden" : "failing";
  health.why = std::to_string(reply.status) + " " + status_of(reply).message;
  return health;
}

}  // namespace podload::cluster
