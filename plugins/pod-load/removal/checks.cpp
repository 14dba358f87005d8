#include "removal/checks.hpp"

#include <algorithm>
#include <deque>
#include <future>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "podload/error.hpp"
#include "record/pod_operation.hpp"

namespace podload::pod_load {
namespace {

constexpr std::size_t kThreads = 8;  // of one plugin: more checks at a time wait, within their time

OperationPlan::Kind kind_of(const Json& row) {
  return text_member(row, "operation") == kind_name(OperationPlan::Kind::remove) ? OperationPlan::Kind::remove : OperationPlan::Kind::restore;
}

void add_notices(const std::string& plugin, std::vector<CheckNotice> notices, Verdict& verdict) {
  for (CheckNotice& notice : notices) {
    const bool refuses = notice.weight != CheckNotice::Weight::warning;
    (refuses ? verdict.refusals : verdict.warnings)
        .push_back({std::move(notice.code), std::move(notice.args), notice.weight == CheckNotice::Weight::overridable, plugin});
  }
}

}  // namespace

/// One bound check and the threads that run it.
class Checks::Bound final : public BoundCheck {
 public:
  Bound(Checks& checks, Key key, OperationCheck check) : checks_(checks), key_(std::move(key)), check_(std::move(check)) {
    const MutexLock lock(checks_.mutex_);
    if (!checks_.bound_.emplace(key_, this).second) throw std::logic_error("the plugin " + key_.first + " binds its check of " + std::string(kind_name(key_.second)) + " twice");
  }

  ~Bound() override {
    {
      const MutexLock lock(checks_.mutex_);
      checks_.bound_.erase(key_);
    }
    {
      const MutexLock lock(mutex_);
      ended_ = true;
    }
    ready_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Bound(const Bound&) = delete;
  Bound& operator=(const Bound&) = delete;

  /// The result of the check, or its exception.
  std::future<std::vector<CheckNotice>> run(const OperationPlan& plan, std::chrono::steady_clock::time_point due) {
    Task task([this, plan] { return check_(plan); });  // a copy of the plan: the caller may have stopped waiting when it runs
    auto result = task.get_future();
    {
      const MutexLock lock(mutex_);
      tasks_.push_back({due, std::move(task)});
      if (idle_ < tasks_.size() && threads_.size() < kThreads) threads_.emplace_back([this] { work(); });
    }
    ready_.notify_one();
    return result;
  }

 private:
  using Task = std::packaged_task<std::vector<CheckNotice>()>;

  void work() {
    MutexLock lock(mutex_);
    for (;;) {
      ++idle_;
      ready_.wait(lock, [this]() PODLOAD_REQUIRES(mutex_) { return ended_ || !tasks_.empty(); });
      --idle_;
      if (ended_) return;  // a task that has not begun is dropped: nobody waits for it any more
      auto [due, task] = std::move(tasks_.front());
      tasks_.pop_front();
      if (due <= std::chrono::steady_clock::now()) continue;  // nobody waits for it any more
      lock.unlock();
      task();  // keeps what the check throws
      lock.lock();
    }
  }

  Checks& checks_;
  const Key key_;
  const OperationCheck check_;
  Mutex mutex_;
  Condition ready_;
  std::deque<std::pair<std::chrono::steady_clock::time_point, Task>> tasks_ PODLOAD_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
  std::size_t idle_ PODLOAD_GUARDED_BY(mutex_) = 0;
  bool ended_ PODLOAD_GUARDED_BY(mutex_) = false;
};

Checks::Checks(const std::vector<Json>& rows, Log& log) : log_(log) {
  for (const Json& row : rows) {
    Row made{text_member(row, "plugin"), kind_of(row), text_member(row, "on_failure") == "refuse", std::chrono::milliseconds(row.at("within_ms").get<int>())};
    if (std::any_of(rows_.begin(), rows_.end(), [&](const Row& other) { return other.plugin == made.plugin && other.kind == made.kind; }))
      throw Error("bad_manifest", {{"plugin", made.plugin}, {"what", "checks: two rows for the operation " + std::string(kind_name(made.kind))}});
    rows_.push_back(std::move(made));
  }
}

std::unique_ptr<BoundCheck> Checks::bind(const std::string& plugin, OperationPlan::Kind kind, OperationCheck check) {
  if (std::none_of(rows_.begin(), rows_.end(), [&](const Row& row) { return row.plugin == plugin && row.kind == kind; }))
    throw Error("bad_manifest", {{"plugin", plugin}, {"what", "it has a check of the operation " + std::string(kind_name(kind)) + ", which plugin.yaml does not list under `checks`"}});
  return std::make_unique<Bound>(*this, Key(plugin, kind), std::move(check));
}

bool Checks::has(OperationPlan::Kind kind) const {
  return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) { return row.kind == kind; });
}

void Checks::look(const OperationPlan& plan, Verdict& verdict) const {
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::pair<const Row*, std::future<std::vector<CheckNotice>>>> asked;
  for (const Row& row : rows_) {
    if (row.kind != plan.kind) continue;
    std::future<std::vector<CheckNotice>> result;
    try {
      const MutexLock lock(mutex_);  // the check cannot be unbound before it was given the plan
      if (const auto found = bound_.find({row.plugin, row.kind}); found != bound_.end()) result = found->second->run(plan, began + row.within);
    } catch (const std::system_error& error) {  // no thread can be started
      add_failure(row, plan.id, "check_failed", error.what(), verdict);
      continue;
    }
    asked.emplace_back(&row, std::move(result));
  }
  for (auto& [row, result] : asked) {
    if (!result.valid()) {
      add_failure(*row, plan.id, "check_missing", "its plugin does not run", verdict);
    } else if (result.wait_until(began + row->within) != std::future_status::ready) {
      add_failure(*row, plan.id, "check_late", "no answer in time", verdict);
    } else {
      try {
        add_notices(row->plugin, result.get(), verdict);
      } catch (...) {  // a plugin call's edge
        add_failure(*row, plan.id, "check_failed", caught_text(), verdict);
      }
    }
  }
}

void Checks::add_failure(const Row& row, const std::string& operation, const char* code, const std::string& what, Verdict& verdict) const {
  log_.error("a check of an operation failed", {{"plugin", row.plugin}, {"operation", operation}, {"what", what}});
  Notice notice{code, {{"plugin", row.plugin}, {"milliseconds", row.within.count()}}, true, row.plugin};
  (row.refuses ? verdict.refusals : verdict.warnings).push_back(std::move(notice));
}

}  // namespace podload::pod_load
