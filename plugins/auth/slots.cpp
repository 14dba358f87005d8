#include "slots.hpp"

#include "podload/error.hpp"

namespace podload::auth {

Slots::Slot Slots::take() {
  const auto busy = [] { return Error("sign_in_busy").with_retry_after(1); };
  std::unique_lock lock(mutex_);
  if (free_ == 0) {
    if (waiting_ >= most_waiting_) throw busy();
    ++waiting_;
    const bool got = freed_.wait_for(lock, patience_, [&] { return free_ > 0; });
    --waiting_;
    if (!got) throw busy();
  }
  --free_;
  return Slot(*this);
}

void Slots::give_back() {
  {
    const std::lock_guard lock(mutex_);
    ++free_;
  }
  freed_.notify_one();
}

}  // namespace podload::auth
