#include "plugin_host/jobs.hpp"

#include "base/crash_report.hpp"
#include "podload/error.hpp"

namespace podload {
namespace {

/// A plugin's job is called PLUGIN.NAME.
std::string_view plugin_of(std::string_view job) { return job.find('.') == std::string_view::npos ? "host" : job.substr(0, job.find('.')); }

}  // namespace

void Jobs::add(std::chrono::milliseconds interval, std::string name, std::function<void()> run) {
  jobs_.push_back({interval, std::move(name), std::move(run)});
}

void Jobs::forget(std::string_view prefix) {
  std::erase_if(jobs_, [&](const Job& job) { return job.name.starts_with(prefix); });
}

void Jobs::start() {
  for (const Job& job : jobs_) threads_.emplace_back([this, &job] { repeat(job); });
}

void Jobs::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool Jobs::stopping() {
  const MutexLock lock(mutex_);
  return stopping_;
}

void Jobs::run_once() {
  for (const Job& job : jobs_) run(job);
}

void Jobs::run(const Job& job) {
  try {
    const RunningPlugin running(plugin_of(job.name), job.name);
    job.run();
  } catch (...) {  // a job's edge: the next run may succeed
    log_.error("a job failed", {{"job", job.name}, {"what", caught_text()}});
  }
}

void Jobs::repeat(const Job& job) {
  for (;;) {
    run(job);
    MutexLock lock(mutex_);
    if (changed_.wait_for(lock, job.interval, [this]() PODLOAD_REQUIRES(mutex_) { return stopping_; })) return;
  }
}

}  // namespace podload
