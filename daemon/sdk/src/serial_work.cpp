#include "podload/serial_work.hpp"

#include <deque>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "podload/error.hpp"
#include "podload/mutex.hpp"

namespace podload {

/// A lane's tasks. Guarded by the scheduler's mutex.
class SerialWork::Queue {
 public:
  std::deque<Task> tasks;
  bool taken = false;  ///< It waits for a thread, or its task runs.
};

class SerialWork::Scheduler {
 public:
  explicit Scheduler(Log& log) : log_(log) {}

  void start(std::size_t threads) {
    try {
      for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
    } catch (...) {
      stop();
      throw;
    }
  }

  void post(const std::shared_ptr<Queue>& queue, Task task) {
    const MutexLock lock(mutex_);
    enqueue(queue, task);
  }

  void post_at(SteadyTime due, std::shared_ptr<Queue> queue, Task task) {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    due_.emplace(due, std::pair(std::move(queue), std::move(task)));
    wake_.notify_one();
  }

  void stop() noexcept {
    {
      const MutexLock lock(mutex_);
      stopping_ = true;
      wake_.notify_all();
    }
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
    std::deque<std::shared_ptr<Queue>> ready;
    std::multimap<SteadyTime, std::pair<std::shared_ptr<Queue>, Task>> due;
    {
      const MutexLock lock(mutex_);
      ready.swap(ready_);
      due.swap(due_);
    }
    for (const auto& queue : ready) queue->tasks.clear();
  }

 private:
  /// Leaves a task that it drops to the caller: its objects must go without the lock, since their ends may wait for a thread
  /// that posts.
  void enqueue(const std::shared_ptr<Queue>& queue, Task& task) PODLOAD_REQUIRES(mutex_) {
    if (stopping_) return;
    queue->tasks.push_back(std::move(task));
    if (std::exchange(queue->taken, true)) return;
    ready_.push_back(queue);
    wake_.notify_one();
  }

  void work() {
    MutexLock lock(mutex_);
    while (!stopping_) {
      const SteadyTime now = std::chrono::steady_clock::now();
      while (!due_.empty() && due_.begin()->first <= now) {
        auto [queue, task] = std::move(due_.begin()->second);
        due_.erase(due_.begin());
        enqueue(queue, task);
      }
      if (ready_.empty()) {
        if (due_.empty())
          wake_.wait(lock);
        else
          wake_.wait_for(lock, due_.begin()->first - now);
        continue;
      }
      const std::shared_ptr<Queue> queue = std::move(ready_.front());
      ready_.pop_front();
      Task task = std::move(queue->tasks.front());
      queue->tasks.pop_front();
      lock.unlock();
      run(task);
      task = nullptr;  // its objects go before the next task of the lane runs
      lock.lock();
      if (queue->tasks.empty()) {
        queue->taken = false;
      } else {  // behind the lanes that wait, so that none starves
        ready_.push_back(queue);
        wake_.notify_one();
      }
    }
  }

  void run(const Task& task) noexcept {
    try {
      task();
    } catch (...) {  // the edge of this thread
      log_.error("a task failed", {{"what", caught_text()}});
    }
  }

  Log& log_;
  Mutex mutex_;
  Condition wake_;
  std::deque<std::shared_ptr<Queue>> ready_ PODLOAD_GUARDED_BY(mutex_);
  std::multimap<SteadyTime, std::pair<std::shared_ptr<Queue>, Task>> due_ PODLOAD_GUARDED_BY(mutex_);
  bool stopping_ PODLOAD_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

SerialWork::SerialWork(std::size_t threads, Log& log) : scheduler_(std::make_shared<Scheduler>(log)) {
  scheduler_->start(threads);
}

SerialWork::~SerialWork() { stop(); }

std::shared_ptr<SerialWork::Lane> SerialWork::lane() {
  class ScheduledLane final : public Lane {
   public:
    explicit ScheduledLane(std::shared_ptr<Scheduler> scheduler) : scheduler_(std::move(scheduler)) {}
    void post(Task task) override { scheduler_->post(queue_, std::move(task)); }
    void post_at(SteadyTime due, Task task) override { scheduler_->post_at(due, queue_, std::move(task)); }

   private:
    const std::shared_ptr<Scheduler> scheduler_;
    const std::shared_ptr<Queue> queue_ = std::make_shared<Queue>();
  };
  return std::make_shared<ScheduledLane>(scheduler_);
}

void SerialWork::stop() noexcept { scheduler_->stop(); }

}  // namespace podload
