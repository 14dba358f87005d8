#include "metrics/registry.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>
#include <tuple>
#include <vector>

#include "base/crash_report.hpp"
#include "metrics/reading.hpp"
#include "podload/error.hpp"
#include "podload/mutex.hpp"

namespace podload {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                       0.25,  0.5,    1,     2.5,  5,     10};

class CounterOf final : public Counter {
 public:
  explicit CounterOf(prometheus::Counter& counter) : counter_(counter) {}
  void add(double by) noexcept override { counter_.Increment(by); }

 private:
  prometheus::Counter& counter_;
};

class GaugeOf final : public Gauge {
 public:
  explicit GaugeOf(prometheus::Gauge& gauge) : gauge_(gauge) {}
  void set(double value) noexcept override { gauge_.Set(value); }
  void add(double by) noexcept override { gauge_.Increment(by); }

 private:
  prometheus::Gauge& gauge_;
};

class HistogramOf final : public Histogram {
 public:
  explicit HistogramOf(prometheus::Histogram& histogram) : histogram_(histogram) {}
  void observe(double seconds) noexcept override { histogram_.Observe(seconds); }

 private:
  prometheus::Histogram& histogram_;
};

class AnyFamily {
 public:
  virtual ~AnyFamily() = default;
  virtual std::vector<prometheus::MetricFamily> read() const = 0;
};

/// The series of one name: the library's objects, and what callers see of them.
template <class Theirs, class Ours, class... Made>
class FamilyOf final : public AnyFamily {
 public:
  FamilyOf(const std::string& name, const std::string& help, Made... made)
      : family_(name, help, {}), left_out_(made...), made_(made...) {}

  Ours& series(const std::string& name, const Metrics::Labels& labels) {
    if (const auto found = series_.find(labels); found != series_.end()) return found->second;
    check_labels(name, labels);
    if (series_.size() >= Metrics::kMostSeries) return left_out_ours_;
    Theirs& theirs = std::apply(
        [&](const Made&... made) -> Theirs& {
          return family_.Add(prometheus::Labels(labels.begin(), labels.end()), made...);
        },
        made_);
    return series_.emplace(labels, theirs).first->second;
  }

  std::vector<prometheus::MetricFamily> read() const override { return family_.Collect(); }

 private:
  prometheus::Family<Theirs> family_;
  Theirs left_out_;  ///< What the series beyond the limit count into; never shown.
  Ours left_out_ours_{left_out_};
  const std::tuple<Made...> made_;
  std::map<Metrics::Labels, Ours> series_;
};

using Counters = FamilyOf<prometheus::Counter, CounterOf>;
using Gauges = FamilyOf<prometheus::Gauge, GaugeOf>;
using Histograms = FamilyOf<prometheus::Histogram, HistogramOf, prometheus::Histogram::BucketBoundaries>;

/// podload_pod_load_
std::string prefix_of(const std::string& plugin) {
  std::string prefix = "podload_" + plugin + "_";
  std::replace(prefix.begin(), prefix.end(), '-', '_');
  return prefix;
}

}  // namespace

class MetricsRegistry::Inner {
 public:
  explicit Inner(Log& log) : log_(log) {}

  template <class Family, class... Made>
  auto& series(const std::string& name, const std::string& help, const Labels& labels, const Made&... made) {
    const MutexLock lock(mutex_);
    std::unique_ptr<AnyFamily>& kept = families_[name];
    if (!kept) {
      try {
        check_metric(name, help);
        kept = std::make_unique<Family>(name, help, made...);
      } catch (...) {  // rethrown
        families_.erase(name);
        throw;
      }
    }
    auto* const family = dynamic_cast<Family*>(kept.get());
    if (family == nullptr) throw Error("bad_metric", {{"name", name}, {"what", "it is of two types"}});
    return family->series(name, labels);
  }

  void collect(const std::string& plugin, Reader reader) {
    const MutexLock lock(reading_);
    readers_.push_back({plugin, std::move(reader)});
  }

  template <class Test>
  void forget(const Test& test) noexcept {
    const MutexLock lock(reading_);
    std::erase_if(readers_, [&](const OneReader& one) { return test(one.plugin); });
  }

  std::string text() {
    const MutexLock reading(reading_);
    Families families;
    {
      const MutexLock lock(mutex_);
      for (const auto& [name, family] : families_)
        for (const prometheus::MetricFamily& one : family->read()) families.add(one);
    }
    for (const OneReader& one : readers_) read(one, families);
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families.all());
    return std::move(out).str();
  }

  Metrics& of_plugin(MetricsRegistry& registry, const std::string& plugin);

 private:
  class OfPlugin;
  struct OneReader {
    std::string plugin;  ///< Empty: the host's.
    Reader read;
  };

  void read(const OneReader& one, Families& families) const noexcept {
    try {
      const RunningPlugin running(one.plugin.empty() ? "host" : one.plugin, "metrics");
      families.set_prefix(one.plugin.empty() ? "" : prefix_of(one.plugin));
      one.read(families);
    } catch (...) {  // a plugin call's edge
      log_.warn("metrics could not be read", {{"plugin", one.plugin}, {"what", caught_text()}});
    }
  }

  Log& log_;
  Mutex reading_;  ///< Held while readers run; taken before mutex_.
  std::vector<OneReader> readers_ PODLOAD_GUARDED_BY(reading_);
  Mutex mutex_;
  std::map<std::string, std::unique_ptr<AnyFamily>> families_ PODLOAD_GUARDED_BY(mutex_);
  std::map<std::string, std::unique_ptr<OfPlugin>> plugins_ PODLOAD_GUARDED_BY(mutex_);
};

/// A plugin's: the same families, under its prefix.
class MetricsRegistry::Inner::OfPlugin final : public Metrics {
 public:
  OfPlugin(MetricsRegistry& registry, Inner& inner, std::string plugin)
      : registry_(registry), inner_(inner), plugin_(std::move(plugin)), prefix_(prefix_of(plugin_)) {}

  Counter& counter(const std::string& name, const std::string& help, const Labels& labels) override {
    return registry_.counter(prefix_ + name, help, labels);
  }
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels) override {
    return registry_.gauge(prefix_ + name, help, labels);
  }
  Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels) override {
    return registry_.histogram(prefix_ + name, help, labels);
  }
  void collect(Reader reader) override { inner_.collect(plugin_, std::move(reader)); }

 private:
  MetricsRegistry& registry_;
  Inner& inner_;
  const std::string plugin_, prefix_;
};

Metrics& MetricsRegistry::Inner::of_plugin(MetricsRegistry& registry, const std::string& plugin) {
  const MutexLock lock(mutex_);
  std::unique_ptr<OfPlugin>& kept = plugins_[plugin];
  if (!kept) kept = std::make_unique<OfPlugin>(registry, *this, plugin);
  return *kept;
}

MetricsRegistry::MetricsRegistry(Log& log) : inner_(std::make_unique<Inner>(log)) {}
MetricsRegistry::~MetricsRegistry() = default;

Counter& MetricsRegistry::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return inner_->series<Counters>(name, help, labels);
}
Gauge& MetricsRegistry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return inner_->series<Gauges>(name, help, labels);
}
Histogram& MetricsRegistry::histogram(const std::string& name, const std::string& help, const Labels& labels) {
  return inner_->series<Histograms>(name, help, labels, kSeconds);
}
void MetricsRegistry::collect(Reader reader) { inner_->collect("", std::move(reader)); }

Metrics& MetricsRegistry::of_plugin(const std::string& plugin) { return inner_->of_plugin(*this, plugin); }
void MetricsRegistry::forget(const std::string& plugin) noexcept {
  inner_->forget([&](const std::string& one) { return one == plugin; });
}
void MetricsRegistry::forget_plugins() noexcept {
  inner_->forget([](const std::string& one) { return !one.empty(); });
}

std::string MetricsRegistry::text() { return inner_->text(); }

}  // namespace podload
