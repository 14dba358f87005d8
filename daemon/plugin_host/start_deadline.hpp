// Ends the daemon if a plugin's start takes too long, and names the plugin. A thread inside a plugin cannot be stopped,
// and a daemon that waited for it would neither serve nor fail. Constructed and destroyed by the thread that starts the
// plugins, around each start.
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "http/words.hpp"
#include "podload/log.hpp"
#include "podload/mutex.hpp"

namespace podload {

class StartDeadline {
 public:
  StartDeadline(std::string plugin, std::chrono::milliseconds limit, const Words& words, Log& log);
  ~StartDeadline();
  StartDeadline(const StartDeadline&) = delete;
  StartDeadline& operator=(const StartDeadline&) = delete;

 private:
  void watch(const std::string& plugin, std::chrono::milliseconds limit, const Words& words, Log& log);

  Mutex mutex_;
  Condition changed_;
  bool started_ PODLOAD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace podload
