// A table that a feed keeps in step with a cluster. Any thread.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "podload/clock.hpp"
#include "podload/kube_mirror.hpp"
#include "podload/mutex.hpp"

namespace podload::pod_load {

template <class Table>
class Mirrored final : public KubeMirror {
 public:
  template <class... Args>
  explicit Mirrored(const Clock& clock, Args&&... args) : clock_(clock), table_(std::forward<Args>(args)...) {}

  void list_begins() override {
    const MutexLock lock(mutex_);
    table_.begin();
  }
  void list_ends() override {
    const MutexLock lock(mutex_);
    table_.end();
  }
  void put(JsonView object) override {
    const MutexLock lock(mutex_);
    table_.put(object);
  }
  void erase(JsonView object) override {
    const MutexLock lock(mutex_);
    table_.erase(object);
  }
  void in_step() override {
    const MutexLock lock(mutex_);
    state_ = State::in_step;
    as_of_ = clock_.now();
    changed_.notify_all();
  }
  void stale(const Error&) override {
    const MutexLock lock(mutex_);
    state_ = State::stale;
    changed_.notify_all();
  }

  /// Waits until the table is in step or cannot be, at most that long.
  void wait(std::chrono::milliseconds most) {
    MutexLock lock(mutex_);
    changed_.wait_for(lock, most, [&]() PODLOAD_REQUIRES(mutex_) { return state_ != State::beginning; });
  }

  /// Calls `use(const Table&)` if the table is in step, and returns when the server reported last; else nothing. No feed
  /// changes the table meanwhile, so `use` must be quick.
  template <class Use>
  std::optional<SystemTime> read(Use&& use) const {
    const MutexLock lock(mutex_);
    if (state_ != State::in_step) return std::nullopt;
    use(std::as_const(table_));
    return as_of_;
  }
  /// Calls `use(Table&)` for a change that the server has told podload before the feed.
  template <class Use>
  void change(Use&& use) {
    const MutexLock lock(mutex_);
    use(table_);
  }

 private:
  enum class State { beginning, in_step, stale };

  const Clock& clock_;
  mutable Mutex mutex_;
  Condition changed_;
  Table table_ PODLOAD_GUARDED_BY(mutex_);
  State state_ PODLOAD_GUARDED_BY(mutex_) = State::beginning;
  SystemTime as_of_ PODLOAD_GUARDED_BY(mutex_){};
};

}  // namespace podload::pod_load
