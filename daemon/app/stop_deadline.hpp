// Ends the process where stopping it in order takes too long: a handler or a job that waits for a
// database that hangs cannot be broken off, and what it uses must not be destroyed under it. One
// thread, from its making until its destruction.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "podload/log.hpp"

namespace podload {

class StopDeadline {
 public:
  /// After `limit` the process ends with exit code 0: what is under way is cut, and the next daemon
  /// settles it as after a crash.
  StopDeadline(std::chrono::milliseconds limit, Log& log);
  ~StopDeadline();
  StopDeadline(const StopDeadline&) = delete;
  StopDeadline& operator=(const StopDeadline&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::thread thread_;
};

/// Ends the process at once, without destroying anything.
[[noreturn]] void end_now();

}  // namespace podload
