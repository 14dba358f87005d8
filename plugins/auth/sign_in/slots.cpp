#include "sign_in/slots.hpp"

#include <algorithm>

#include "podload/error.hpp"

namespace podload::auth {
namespace {

constexpr int kMostOfSource = 4;
constexpr int kKeptForKnown = 2;
constexpr std::size_t kMostTurnsKept = 20000;

Error busy() { return Error("sign_in_busy").with_retry_after(1); }

}  // namespace

Slots::Slot Slots::take(const std::string& source, bool known) {
  MutexLock lock(mutex_);
  if (free_ > 0) {  // no one waits then: a released slot goes to a waiting one
    --free_;
    turns_kept_.erase(source);
    return Slot(*this);
  }
  Waiting me{source, known, turn_of(source)};
  if (!find_place(me)) {
    keep_turn(me);
    throw busy();
  }
  waiting_.push_back(&me);
  me.wake.wait_for(lock, max_wait_, [&] { return me.state != Waiting::State::waiting; });
  if (me.state == Waiting::State::waiting) end_waiting(me, Waiting::State::displaced);
  if (me.state == Waiting::State::displaced) {
    keep_turn(me);
    throw busy();
  }
  turns_kept_.erase(source);
  return Slot(*this);
}

std::size_t Slots::waiting() const {
  const MutexLock lock(mutex_);
  return waiting_.size();
}

std::uint64_t Slots::turn_of(const std::string& source) {
  const auto kept = turns_kept_.find(source);
  return kept == turns_kept_.end() ? ++turns_ : kept->second;
}

void Slots::keep_turn(const Waiting& refused) {
  if (!turns_kept_.emplace(refused.source, refused.turn).second) return;
  kept_order_.push_back(refused.source);
  if (kept_order_.size() <= kMostTurnsKept) return;
  turns_kept_.erase(kept_order_.front());
  kept_order_.pop_front();
}

bool Slots::find_place(const Waiting& one) {
  const auto same = [&](const Waiting* other) { return other->source == one.source; };
  if (std::count_if(waiting_.begin(), waiting_.end(), same) >= kMostOfSource) return false;
  const auto known = static_cast<int>(std::count_if(waiting_.begin(), waiting_.end(), [](const Waiting* w) { return w->known; }));
  const int all = static_cast<int>(waiting_.size());
  const int places_of_others = most_waiting_ - std::min(kKeptForKnown, most_waiting_ / 2);
  if (all < most_waiting_ && (one.known || all - known < places_of_others)) return true;
  Waiting* last = nullptr;
  for (Waiting* other : waiting_)
    if (!other->known && (last == nullptr || other->turn > last->turn)) last = other;
  if (last == nullptr || (!one.known && last->turn < one.turn)) return false;
  end_waiting(*last, Waiting::State::displaced);
  return true;
}

void Slots::end_waiting(Waiting& one, Waiting::State state) {
  std::erase(waiting_, &one);
  one.state = state;
  one.wake.notify_one();
}

/// Known sources first, but not twice in a row while others wait.
Slots::Waiting* Slots::next() {
  const bool known_first = !served_known_;
  Waiting* best = nullptr;
  for (Waiting* one : waiting_) {
    const bool better = best == nullptr || (one->known != best->known ? one->known == known_first : one->turn < best->turn);
    if (better) best = one;
  }
  return best;
}

void Slots::give_back() {
  const MutexLock lock(mutex_);
  Waiting* const one = next();
  if (one == nullptr) {
    ++free_;
    return;
  }
  served_known_ = one->known;
  end_waiting(*one, Waiting::State::granted);
}

}  // namespace podload::auth
