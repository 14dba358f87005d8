// A mutex whose use clang checks (-Wthread-safety): a member that is PODLOAD_GUARDED_BY a mutex is only used while that is
// held, and a function that PODLOAD_REQUIRES one is only called while it is held. Other compilers ignore the annotations.
//
// The standard's own types, with annotations: libstdc++ has none. The annotations are those of clang's documentation,
// "Thread Safety Analysis".
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#if defined(__clang__)
#define PODLOAD_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define PODLOAD_THREAD_ANNOTATION(x)
#endif

#define PODLOAD_GUARDED_BY(mutex) PODLOAD_THREAD_ANNOTATION(guarded_by(mutex))
#define PODLOAD_REQUIRES(...) PODLOAD_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))

namespace podload {

class PODLOAD_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() PODLOAD_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() PODLOAD_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

/// Holds a mutex while it lives, except between unlock() and lock().
class PODLOAD_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) PODLOAD_THREAD_ANNOTATION(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() PODLOAD_THREAD_ANNOTATION(release_capability()) {
    if (held_) mutex_.unlock();
  }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void unlock() PODLOAD_THREAD_ANNOTATION(release_capability()) {
    mutex_.unlock();
    held_ = false;
  }
  void lock() PODLOAD_THREAD_ANNOTATION(acquire_capability()) {
    mutex_.lock();
    held_ = true;
  }

 private:
  friend class Condition;
  Mutex& mutex_;
  bool held_ = true;
};

/// A condition variable. The lock is held when a wait begins and when it ends. A predicate is called with the lock held;
/// say so for clang: `[&]() PODLOAD_REQUIRES(mutex_) { return …; }`.
class Condition {
 public:
  void notify_one() noexcept { condition_.notify_one(); }
  void notify_all() noexcept { condition_.notify_all(); }

  void wait(MutexLock& lock) {  // also ends early for no reason
    with_mutex(lock, [&](auto& held) { condition_.wait(held); });
  }
  template <class Predicate>
  void wait(MutexLock& lock, Predicate predicate) PODLOAD_THREAD_ANNOTATION(no_thread_safety_analysis) {
    while (!predicate()) wait(lock);
  }
  /// Also ends early for no reason, as the standard's does.
  template <class Duration>
  void wait_for(MutexLock& lock, Duration duration) {
    with_mutex(lock, [&](auto& held) { condition_.wait_for(held, duration); });
  }
  /// False if the predicate is false when the time is over.
  template <class Duration, class Predicate>
  bool wait_for(MutexLock& lock, Duration duration, Predicate predicate) {
    return wait_until(lock, std::chrono::steady_clock::now() + duration, std::move(predicate));
  }
  template <class Time, class Predicate>
  bool wait_until(MutexLock& lock, Time time, Predicate predicate) PODLOAD_THREAD_ANNOTATION(no_thread_safety_analysis) {
    while (!predicate()) {
      bool is_over = false;
      with_mutex(lock, [&](auto& held) { is_over = condition_.wait_until(held, time) == std::cv_status::timeout; });
      if (is_over) return predicate();
    }
    return true;
  }

 private:
  /// Lends the mutex to a std::unique_lock for the wait.
  template <class Wait>
  static void with_mutex(MutexLock& lock, Wait wait) {
    std::unique_lock held(lock.mutex_.mutex_, std::adopt_lock);
    wait(held);
    held.release();
  }

  std::condition_variable condition_;
};

}  // namespace podload
