#include "app/stop_deadline.hpp"

#include <unistd.h>

namespace podload {

StopDeadline::StopDeadline(std::chrono::milliseconds limit, Log& log)
    : thread_([this, limit, &log] {
        MutexLock lock(mutex_);
        if (changed_.wait_for(lock, limit, [this]() PODLOAD_REQUIRES(mutex_) { return stopped_; })) return;
        log.warn("stopping takes too long, so podloadd exits now; the next one settles open operations", {{"milliseconds", limit.count()}});
        end_now();
      }) {}

StopDeadline::~StopDeadline() {
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void end_now() { _exit(0); }

}  // namespace podload
