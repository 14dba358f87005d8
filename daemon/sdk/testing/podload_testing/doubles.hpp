// For tests: the host's objects without a host. Any thread, except where a member says otherwise.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "podload/audit_log.hpp"
#include "podload/clock.hpp"
#include "podload/error.hpp"
#include "podload/events.hpp"
#include "podload/log.hpp"
#include "podload/metrics.hpp"
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

/// Keeps what is counted, set, observed and read, by name and labels: value("operations_total{kind=remove,outcome=removed}").
class RememberingMetrics final : public Metrics {
 public:
  Counter& counter(const std::string& name, const std::string&, const Labels& labels) override { return series(name, labels); }
  Gauge& gauge(const std::string& name, const std::string&, const Labels& labels) override { return series(name, labels); }
  Histogram& histogram(const std::string& name, const std::string&, const Labels& labels) override { return series(name, labels); }
  void collect(Reader reader) override { readers_.push_back(std::move(reader)); }

  /// Of a histogram the sum. Calls the readers; nothing for what no one has counted or read.
  std::optional<double> value(const std::string& name_and_labels) {
    Values values;
    for (const Reader& reader : readers_) reader(values);
    if (const auto read = values.found.find(name_and_labels); read != values.found.end()) return read->second;
    const MutexLock lock(mutex_);
    const auto found = series_.find(name_and_labels);
    return found == series_.end() ? std::nullopt : std::optional(found->second->value.load());
  }
  /// How often a histogram has observed something.
  int observed(const std::string& name_and_labels) {
    const MutexLock lock(mutex_);
    const auto found = series_.find(name_and_labels);
    return found == series_.end() ? 0 : found->second->observations.load();
  }

 private:
  struct Series final : Counter, Gauge, Histogram {
    void add(double by) noexcept override { value += by; }
    void set(double to) noexcept override { value = to; }
    void observe(double seconds) noexcept override {
      value += seconds;
      ++observations;
    }
    std::atomic<double> value{0};
    std::atomic<int> observations{0};
  };
  struct Values final : Reading {
    void counter(const std::string& name, const std::string&, double value, const Labels& labels) override { found[key(name, labels)] = value; }
    void gauge(const std::string& name, const std::string&, double value, const Labels& labels) override { found[key(name, labels)] = value; }
    std::map<std::string, double> found;
  };

  static std::string key(const std::string& name, const Labels& labels) {
    std::string text;
    for (const auto& [label, value] : labels) text += (text.empty() ? "{" : ",") + label + "=" + value;
    return name + text + (text.empty() ? "" : "}");
  }
  Series& series(const std::string& name, const Labels& labels) {
    const MutexLock lock(mutex_);
    std::unique_ptr<Series>& kept = series_[key(name, labels)];
    if (!kept) kept = std::make_unique<Series>();
    return *kept;
  }

  Mutex mutex_;
  std::map<std::string, std::unique_ptr<Series>> series_ PODLOAD_GUARDED_BY(mutex_);
  std::vector<Reader> readers_;
};

}  // namespace podload::testing
