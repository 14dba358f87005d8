// A few at a time: how many passwords are checked at the same moment, and how many wait for it.
// What does not fit is refused at once, since everyone who waits holds a worker. Any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace podload::auth {

class Slots {
 public:
  Slots(int slots, int most_waiting, std::chrono::milliseconds patience)
      : free_(slots), most_waiting_(most_waiting), patience_(patience) {}

  /// Held while the work is done.
  class Slot {
   public:
    explicit Slot(Slots& slots) : slots_(slots) {}
    ~Slot() { slots_.give_back(); }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

   private:
    Slots& slots_;
  };

  /// Waits for a slot. Throws Error{"sign_in_busy"} where too many wait already or it takes too long.
  [[nodiscard]] Slot take();

 private:
  void give_back();

  std::mutex mutex_;
  std::condition_variable freed_;
  int free_;
  int waiting_ = 0;
  const int most_waiting_;
  const std::chrono::milliseconds patience_;
};

}  // namespace podload::auth
