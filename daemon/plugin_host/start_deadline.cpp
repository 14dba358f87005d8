#include "plugin_host/start_deadline.hpp"

#include <unistd.h>

namespace podload {

StartDeadline::StartDeadline(std::string plugin, std::chrono::milliseconds limit, const Words& words, Log& log)
    : thread_([this, plugin = std::move(plugin), limit, &words, &log] { watch(plugin, limit, words, log); }) {}

StartDeadline::~StartDeadline() {
  {
    const MutexLock lock(mutex_);
    started_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void StartDeadline::watch(const std::string& plugin, std::chrono::milliseconds limit, const Words& words, Log& log) {
  MutexLock lock(mutex_);
  if (changed_.wait_for(lock, limit, [this]() PODLOAD_REQUIRES(mutex_) { return started_; })) return;
  const Json args{{"plugin", plugin}, {"seconds", std::chrono::duration_cast<std::chrono::seconds>(limit).count()}};
  log.error(words.say("en", "start_too_slow", args), args);
  _exit(1);  // no destructors: the plugin is still running
}

}  // namespace podload
