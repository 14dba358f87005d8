// A table that a feed keeps in step with a cluster. Any thread.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "podload/clock.hpp"
#include "podload/kube_client.hpp"
#include "podload/kube_mirror.hpp"
#include "podload/mutex.hpp"

namespace podload::pod_load {

template <class Table>
class Mirrored final : public KubeMirror {
 public:
  /// `on_report` is called after each report (in_step(), stale(), change()), without a lock. It must not block.
  template <class... Args>
  explicit Mirrored(const Clock& clock, std::function<void()> on_report, Args&&... args)
      : clock_(clock), on_report_(std::move(on_report)), table_(std::forward<Args>(args)...) {}

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
  void in_step() override { set(State::in_step, false); }
  void stale(const Error& why) override {
    const auto* const kube = dynamic_cast<const KubeError*>(&why);
    set(State::stale, kube != nullptr && kube->fault() == KubeError::Fault::forbidden);
  }

  /// Waits until the table is in step or cannot be, at most that long.
  void wait(std::chrono::milliseconds most) {
    MutexLock lock(mutex_);
    changed_.wait_for(lock, most, [&]() PODLOAD_REQUIRES(mutex_) { return state_ != State::beginning; });
  }

  /// Whether the API server has refused the list or watch, and not accepted it since.
  bool is_refused() const {
    const MutexLock lock(mutex_);
    return is_refused_;
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
    {
      const MutexLock lock(mutex_);
      use(table_);
    }
    on_report_();
  }

 private:
  enum class State { beginning, in_step, stale };

  void set(State state, bool is_refused) {
    {
      const MutexLock lock(mutex_);
      state_ = state;
      is_refused_ = is_refused;
      if (state == State::in_step) as_of_ = clock_.now();
      changed_.notify_all();
    }
    on_report_();
  }

  const Clock& clock_;
  const std::function<void()> on_report_;
  mutable Mutex mutex_;
  Condition changed_;
  Table table_ PODLOAD_GUARDED_BY(mutex_);
  State state_ PODLOAD_GUARDED_BY(mutex_) = State::beginning;
  bool is_refused_ PODLOAD_GUARDED_BY(mutex_) = false;
  SystemTime as_of_ PODLOAD_GUARDED_BY(mutex_){};
};

}  // namespace podload::pod_load
