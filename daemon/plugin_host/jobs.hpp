// Jobs that run repeatedly, each on a thread of its own. Call add() before start(), and start() and stop() from one
// thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "podload/log.hpp"
#include "podload/mutex.hpp"

namespace podload {

class Jobs {
 public:
  explicit Jobs(Log& log) : log_(log) {}
  ~Jobs() { stop(); }

  void add(std::chrono::milliseconds interval, std::string name, std::function<void()> run);
  /// Drops the jobs whose names begin so; before start().
  void forget(std::string_view prefix);
  void start();
  /// Runs each job once, in the caller's thread, in the order of add(): for tests, in place of start().
  void run_once();
  /// Waits for running jobs.
  void stop();
  bool stopping();

 private:
  struct Job {
    std::chrono::milliseconds interval;
    std::string name;
    std::function<void()> run;
  };
  void run(const Job& job);
  void repeat(const Job& job);

  Log& log_;
  std::vector<Job> jobs_;
  std::vector<std::thread> threads_;
  Mutex mutex_;
  Condition changed_;
  bool stopping_ PODLOAD_GUARDED_BY(mutex_) = false;
};

}  // namespace podload
