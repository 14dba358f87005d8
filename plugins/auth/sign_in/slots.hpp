// Limits how many passwords are checked at the same moment, and decides which requests wait. Requests beyond that are
// refused at once, because each waiting one holds a worker. Any thread.
//
// One source (an address) gets only some of the waiting places, and some are reserved for known sources, so that no
// flood of guesses, from however many addresses, blocks a user at an address that signed in recently. The other sources
// are served in order of arrival, also over several attempts: a refused source keeps its turn, and takes the place of
// the one that came last.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "podload/mutex.hpp"

namespace podload::auth {

class Slots {
 public:
  Slots(int slots, int most_waiting, std::chrono::milliseconds max_wait)
      : free_(slots), most_waiting_(most_waiting), max_wait_(max_wait) {}

  /// Hold it while the work is done.
  class Slot {
   public:
    explicit Slot(Slots& slots) : slots_(slots) {}
    ~Slot() { slots_.give_back(); }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

   private:
    Slots& slots_;
  };

  /// Waits for a slot. `known`: a user signed in from that source recently. Throws Error{"sign_in_busy"} if too many
  /// wait already or it takes too long.
  [[nodiscard]] Slot take(const std::string& source, bool known);

  /// How many wait now.
  std::size_t waiting() const;

 private:
  struct Waiting {
    const std::string& source;
    const bool known;
    const std::uint64_t turn;
    enum class State { waiting, granted, displaced } state = State::waiting;
    Condition wake{};
  };

  std::uint64_t turn_of(const std::string& source) PODLOAD_REQUIRES(mutex_);
  void keep_turn(const Waiting& refused) PODLOAD_REQUIRES(mutex_);
  /// Whether it may wait, if necessary in the place of another.
  bool find_place(const Waiting& one) PODLOAD_REQUIRES(mutex_);
  void end_waiting(Waiting& one, Waiting::State state) PODLOAD_REQUIRES(mutex_);
  Waiting* next() PODLOAD_REQUIRES(mutex_);
  void give_back();

  mutable Mutex mutex_;
  int free_ PODLOAD_GUARDED_BY(mutex_);
  std::vector<Waiting*> waiting_ PODLOAD_GUARDED_BY(mutex_);  ///< Each is on the stack of its waiting thread.
  bool served_known_ PODLOAD_GUARDED_BY(mutex_) = false;      ///< Whether the last slot for a waiting source went to a known one.
  std::uint64_t turns_ PODLOAD_GUARDED_BY(mutex_) = 0;
  std::unordered_map<std::string, std::uint64_t> turns_kept_ PODLOAD_GUARDED_BY(mutex_);  ///< The turns of refused sources.
  std::deque<std::string> kept_order_ PODLOAD_GUARDED_BY(mutex_);
  const int most_waiting_;
  const std::chrono::milliseconds max_wait_;
};

}  // namespace podload::auth
