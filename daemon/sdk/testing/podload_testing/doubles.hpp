// For tests: the host's objects without a host. Any thread, except where a member says otherwise.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "podload/audit_log.hpp"
#include "podload/clock.hpp"
#include "podload/error.hpp"
#include "podload/events.hpp"
#include "podload/log.hpp"
#include "podload/mutex.hpp"

namespace podload::testing {

/// The code of the Error that `work` throws; empty if it throws none.
template <class Work>
std::string code_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return {};
}

/// A clock that only the test advances or sets.
class SetClock final : public Clock {
 public:
  SystemTime now() const override {
    return SystemTime(std::chrono::duration_cast<SystemTime::duration>(std::chrono::milliseconds(begin_ + passed_)));
  }
  SteadyTime steady() const override { return SteadyTime(std::chrono::milliseconds(1'000'000 + passed_)); }
  void pass(std::chrono::milliseconds time) { passed_ += time.count(); }
  /// Sets now(); steady() stays.
  void set(SystemTime now) {
    begin_ = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() - passed_;
  }

 private:
  std::atomic<std::int64_t> begin_{1'700'000'000'000};
  std::atomic<std::int64_t> passed_{0};
};

class QuietLog final : public Log {
 public:
  void write(LogLevel, std::string_view, const Json&) noexcept override {}
};

/// Keeps its lines: "warn a message {"field": 1}".
class LinesLog final : public Log {
 public:
  void write(LogLevel level, std::string_view message, const Json& fields) noexcept override {
    const MutexLock lock(mutex_);
    text_ += std::string(level >= LogLevel::error ? "error " : level == LogLevel::warn ? "warn " : "info ").append(message) + " " + print_json(fields) + "\n";
  }
  std::string text() const {
    const MutexLock lock(mutex_);
    return text_;
  }
  bool has(std::string_view part) const { return text().find(part) != std::string::npos; }

 private:
  mutable Mutex mutex_;
  std::string text_ PODLOAD_GUARDED_BY(mutex_);
};

/// Keeps its entries in memory.
class RememberingAuditLog final : public AuditLog {
 public:
  void record(Transaction&, const AuditEntry& entry) override {
    const MutexLock lock(mutex_);
    entries_.push_back(entry);
  }
  std::vector<AuditEntry> entries() const {
    const MutexLock lock(mutex_);
    return entries_;
  }
  void clear() {
    const MutexLock lock(mutex_);
    entries_.clear();
  }
  /// "login_failed/refused login_success/ok"
  std::string summary() const {
    std::string text;
    for (const AuditEntry& entry : entries()) text += (text.empty() ? "" : " ") + entry.action + "/" + entry.outcome;
    return text;
  }

 private:
  mutable Mutex mutex_;
  std::vector<AuditEntry> entries_ PODLOAD_GUARDED_BY(mutex_);
};

/// Keeps the names and data of emitted events. One thread.
class RememberingEvents final : public Events {
 public:
  void emit(Transaction&, const std::string& name, const Json& data) override { emitted.emplace_back(name, data); }
  void enqueue(Transaction& tx, const std::string&, const std::string& name, const Json& data) override { emit(tx, name, data); }
  std::vector<std::pair<std::string, Json>> emitted;
};

}  // namespace podload::testing
