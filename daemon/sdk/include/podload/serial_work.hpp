// Work for many objects on a few threads: each object has a lane, and the tasks of a lane run one at a time, in the order
// in which they became due.
//
// Owned by a plugin. Any thread. A task must not block for long: it holds one of the threads. An exception of a task is
// logged.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "podload/clock.hpp"
#include "podload/log.hpp"

namespace podload {

class SerialWork {
 public:
  using Task = std::function<void()>;

  /// The tasks of one object. Tasks that are due when the last reference goes still run.
  class Lane {
   public:
    virtual ~Lane() = default;
    virtual void post(Task task) = 0;
    /// Runs the task once that time (of the steady clock) has come.
    virtual void post_at(SteadyTime due, Task task) = 0;
  };

  /// Throws std::system_error if the threads cannot be started.
  SerialWork(std::size_t threads, Log& log);
  ~SerialWork();
  SerialWork(const SerialWork&) = delete;
  SerialWork& operator=(const SerialWork&) = delete;

  std::shared_ptr<Lane> lane();

  /// Waits for the tasks that run and drops the others; what is posted later is dropped too. Not from a task.
  void stop() noexcept;

 private:
  class Scheduler;
  class Queue;
  std::shared_ptr<Scheduler> scheduler_;
};

}  // namespace podload
