// How far one change of a label is proven by the EndpointSlices: a pure state machine that is fed
// slices and times. One thread at a time.
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
  /// What must be seen of the uid in each awaited Service's slices.
  enum class Goal {
    gone,     ///< No slice lists it (removal).
    serving,  ///< A slice lists it as serving (restore of a Ready Pod).
    listed    ///< A slice lists it (restore of a Pod that is not Ready).
  };

  using Goals = std::map<std::string, Goal>;  ///< By Service.

  /// `known_gone`: somebody saw before that no awaited Service lists the uid, so that seeing it
  /// there is enough for `serving` and `listed`.
  Proof(std::string uid, Goals goals, bool known_gone = false);

  /// The whole list as it is now; begins again after a break.
  void reset(const std::vector<EndpointSlice>& slices, SteadyTime seen);
  void changed(const EndpointSlice& slice, SteadyTime seen);
  void deleted(const std::string& slice, SteadyTime seen);

  /// From this moment on, what is seen counts. A uid that a Service lists at that moment must be
  /// seen gone before `serving` or `listed` proves anything: it may stand there from before.
  void sent(SteadyTime at);

  /// Looks at everything once more, as it stands at `now`.
  void recheck(SteadyTime now);

  bool complete() const { return proven_.size() == goals_.size(); }
  /// Milliseconds from sent() until that Service was proven; nothing until then.
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
  std::map<std::string, Entry> slices_;  ///< By slice name: only those of the awaited Services.
  std::set<std::string> was_gone_;
  std::map<std::string, SteadyTime> proven_;
  std::optional<SteadyTime> sent_;
};

}  // namespace podload::pod_load
