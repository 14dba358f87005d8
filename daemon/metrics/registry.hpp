// All metrics of the process, and their text for Prometheus. The only code that uses prometheus-cpp.
//
// Outlives everything that it has given an object to. Any thread. Its own names, which begin with podload_, are the host's:
// plugins have those of of_plugin().
#pragma once

#include <memory>
#include <string>

#include "podload/log.hpp"
#include "podload/metrics.hpp"

namespace podload {

class MetricsRegistry final : public Metrics {
 public:
  /// `log` gets what a reader throws.
  explicit MetricsRegistry(Log& log);
  ~MetricsRegistry() override;

  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {}) override;
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {}) override;
  Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels = {}) override;
  void collect(Reader reader) override;

  /// The metrics of that plugin: the same object every time.
  Metrics& of_plugin(const std::string& plugin);
  /// Drops the plugin's readers; waits for the one that runs.
  void forget(const std::string& plugin) noexcept;
  /// Drops the readers of all plugins.
  void forget_plugins() noexcept;

  /// Everything, in the text format 0.0.4, sorted by name.
  std::string text();
  static constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  class Inner;
  const std::unique_ptr<Inner> inner_;
};

}  // namespace podload
