#include "podload/backoff.hpp"

#include <algorithm>

namespace podload {

std::chrono::milliseconds Backoff::next() {
  const auto now = next_;
  next_ = std::min(next_ * 2, longest_);
  return now + std::chrono::milliseconds(
                   std::uniform_int_distribution<std::chrono::milliseconds::rep>(0, now.count() / 2)(random_));
}

}  // namespace podload
