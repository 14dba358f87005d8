#include "app/stop_deadline.hpp"

#include <unistd.h>

namespace podload {

StopDeadline::StopDeadline(std::chrono::milliseconds limit, Log& log)
    : thread_([this, limit, &log] {
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, limit, [this] { return stopped_; })) return;
        log.warn("stopping takes too long, so podloadd exits now; the next one settles open operations", {{"milliseconds", limit.count()}});
        end_now();
      }) {}

StopDeadline::~StopDeadline() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void end_now() { _exit(0); }

}  // namespace podload
