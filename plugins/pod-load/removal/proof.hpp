// Tracks whether the EndpointSlices prove one label change: a pure state machine, fed with slices and times. Owned by the
// prover's task; not thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kube/endpoint_slice.hpp"
#include "podload/clock.hpp"

namespace podload::pod_load {

class Proof {
 public:
  /// What a Service's slices must show about the uid.
  enum class Goal {
    gone,     ///< No slice lists it (removal).
    serving,  ///< A slice lists it as serving (restore of a Ready Pod).
    listed    ///< A slice lists it (restore of a Pod that is not Ready).
  };

  using Goals = std::map<std::string, Goal>;  ///< By Service.

  /// `known_gone`: it is known that the slices did not list the uid before, so seeing it there is enough for `serving`
  /// and `listed`.
  Proof(std::string uid, Goals goals, bool known_gone = false);

  /// Replaces all slices with a complete list, for example after a watch ended.
  void reset(const std::vector<EndpointSlice>& slices, SteadyTime seen);
  void changed(const EndpointSlice& slice, SteadyTime seen);
  void deleted(const std::string& slice, SteadyTime seen);

  /// Only observations from `at` on count. If a Service lists the uid at that time, it must be seen gone before `serving`
  /// or `listed` counts: the entry may be an old one.
  void sent(SteadyTime at);

  /// Evaluates the current slices again, as seen at `now`.
  void recheck(SteadyTime now);

  bool complete() const { return proven_.size() == goals_.size(); }
  /// Milliseconds from sent() until the change was proven for that Service; empty until then.
  std::optional<long> milliseconds(const std::string& service) const;

 private:
  struct Entry {
    std::string service;
    bool listed = false, serving = false;
  };
  void look(const std::string& service, SteadyTime seen);

  const std::string uid_;
  const Goals goals_;
  const bool known_gone_;
  std::map<std::string, Entry> slices_;  ///< By slice name.
  std::set<std::string> was_gone_;
  std::map<std::string, SteadyTime> proven_;
  std::optional<SteadyTime> sent_;
};

}  // namespace podload::pod_load
