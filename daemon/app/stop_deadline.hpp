// Ends the process if an orderly stop takes too long: a handler or a job that waits for a hanging database cannot be
// interrupted, and the objects that it uses must not be destroyed meanwhile. Constructed and destroyed by one thread.
#pragma once

#include <chrono>
#include <thread>

#include "podload/log.hpp"
#include "podload/mutex.hpp"

namespace podload {

class StopDeadline {
 public:
  /// After `limit` the process exits with code 0: operations in progress are cut off, and the next daemon settles them
  /// as after a crash.
  StopDeadline(std::chrono::milliseconds limit, Log& log);
  ~StopDeadline();
  StopDeadline(const StopDeadline&) = delete;
  StopDeadline& operator=(const StopDeadline&) = delete;

 private:
  Mutex mutex_;
  Condition changed_;
  bool stopped_ PODLOAD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

/// Exits immediately without destroying anything.
[[noreturn]] void end_now();

}  // namespace podload
