// What one reading collects, family by family. Belongs to one call of MetricsRegistry::text(). Throws Error{"bad_metric"}
// as podload/metrics.hpp says.
#pragma once

#include <prometheus/metric_family.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "podload/metrics.hpp"

namespace podload {

/// Throw Error{"bad_metric"}.
void check_metric(const std::string& name, const std::string& help);
void check_labels(const std::string& name, const Metrics::Labels& labels);

class Families final : public Metrics::Reading {
 public:
  /// What is put before the names that readers give.
  void set_prefix(std::string prefix) { prefix_ = std::move(prefix); }

  void counter(const std::string& name, const std::string& help, double value, const Metrics::Labels& labels) override;
  void gauge(const std::string& name, const std::string& help, double value, const Metrics::Labels& labels) override;

  /// Series whose labels are there already are dropped, and so are those beyond the limit.
  void add(const prometheus::MetricFamily& family);

  std::vector<prometheus::MetricFamily> all() const;

 private:
  void add(const std::string& name, const std::string& help, prometheus::MetricType type,
           prometheus::ClientMetric metric, const Metrics::Labels& labels);

  struct Found {
    prometheus::MetricFamily family;
    std::set<std::vector<prometheus::ClientMetric::Label>> labels;
  };
  std::string prefix_;
  std::map<std::string, Found> found_;
};

}  // namespace podload
