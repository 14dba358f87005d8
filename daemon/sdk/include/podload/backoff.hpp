// The time to wait before the next attempt at something that failed: doubled each time, with jitter, so that many that
// failed together do not come back together. Not thread-safe.
#pragma once

#include <chrono>
#include <random>

namespace podload {

class Backoff {
 public:
  /// `first` must be positive and at most `longest`.
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : first_(first), longest_(longest), next_(first) {}

  /// Between the current time and one and a half times that; the next call's is twice as long.
  std::chrono::milliseconds next();
  /// After a success.
  void reset() { next_ = first_; }

 private:
  const std::chrono::milliseconds first_, longest_;
  std::chrono::milliseconds next_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace podload
