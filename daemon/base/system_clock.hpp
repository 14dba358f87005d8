// The real Clock. Any thread.
#pragma once

#include "podload/clock.hpp"

namespace podload {

class SystemClock final : public Clock {
 public:
  SystemTime now() const override { return std::chrono::system_clock::now(); }
  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
};

}  // namespace podload
