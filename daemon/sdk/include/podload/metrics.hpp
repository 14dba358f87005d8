// Numbers about the running daemon, which Prometheus reads at /metrics. Given by Host::metrics(), which puts
// podload_PLUGIN_ before the names: "operations_total" of pod-load is shown as podload_pod_load_operations_total.
//
// A label's value must come from a small, fixed set: outcomes, kinds, results, and names of clusters where there is no other
// way. Never the name of a user, a namespace or an object, and never text from a request. What has more than
// Metrics::kMostSeries sets of labels is shown with the first of them only.
//
// counter(), gauge() and histogram() return the same object for the same name and labels; it lives as long as the Host, and any
// thread may use it. They throw Error{"bad_metric"} for a name or label that Prometheus does not accept, a help text of
// more than one line, and a name that is already of another type.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

namespace podload {

/// A number that only grows. Its name ends in _total.
class Counter {
 public:
  virtual ~Counter() = default;
  virtual void add(double by = 1) noexcept = 0;
};

class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void set(double value) noexcept = 0;
  virtual void add(double by) noexcept = 0;
};

/// How long something takes: counted by ranges from a millisecond to ten seconds. Its name ends in _seconds.
class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void observe(double seconds) noexcept = 0;
};

class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  /// Sets of labels per name.
  static constexpr std::size_t kMostSeries = 1000;

  virtual ~Metrics() = default;

  virtual Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {}) = 0;
  virtual Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {}) = 0;
  virtual Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels = {}) = 0;

  /// Takes the values of one reading. Belongs to the call of its reader.
  class Reading {
   public:
    virtual ~Reading() = default;
    virtual void counter(const std::string& name, const std::string& help, double value, const Labels& labels = {}) = 0;
    virtual void gauge(const std::string& name, const std::string& help, double value, const Labels& labels = {}) = 0;
  };
  using Reader = std::function<void(Reading&)>;

  /// Calls `reader` for each reading, for values that exist anyway and for labels that come and go. It runs on the thread that
  /// serves /metrics, one at a time, never before start() has returned and never once stop() was called. It must not wait:
  /// a job (Host::every) reads what is in the database. Call it only in start().
  virtual void collect(Reader reader) = 0;
};

}  // namespace podload
