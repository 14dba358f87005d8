#include "metrics/reading.hpp"

#include <algorithm>

#include "podload/error.hpp"

namespace podload {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(const std::string& text) {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw Error("bad_metric", {{"name", name}, {"what", what}});
}

}  // namespace

void check_metric(const std::string& name, const std::string& help) {
  if (!is_name(name)) refuse(name, "its name must be a letter or _, then letters, digits and _");
  if (help.empty() || help.find_first_of("\n\\") != std::string::npos)
    refuse(name, "its help must be one line without a backslash");
}

void check_labels(const std::string& name, const Metrics::Labels& labels) {
  for (const auto& [label, value] : labels)
    if (!is_name(label) || label.starts_with("__") || label == "le" || label == "quantile")
      refuse(name, "its label `" + label +
                       "` must be a letter or _, then letters, digits and _, and not le, quantile or begin with __");
}

void Families::counter(const std::string& name, const std::string& help, double value, const Metrics::Labels& labels) {
  prometheus::ClientMetric metric;
  metric.counter.value = value;
  add(prefix_ + name, help, prometheus::MetricType::Counter, std::move(metric), labels);
}

void Families::gauge(const std::string& name, const std::string& help, double value, const Metrics::Labels& labels) {
  prometheus::ClientMetric metric;
  metric.gauge.value = value;
  add(prefix_ + name, help, prometheus::MetricType::Gauge, std::move(metric), labels);
}

void Families::add(const std::string& name, const std::string& help, prometheus::MetricType type,
                   prometheus::ClientMetric metric, const Metrics::Labels& labels) {
  check_metric(name, help);
  check_labels(name, labels);
  for (const auto& [label, value] : labels) metric.label.push_back({label, value});
  add({name, help, type, {std::move(metric)}});
}

void Families::add(const prometheus::MetricFamily& family) {
  const auto [at, is_new] = found_.try_emplace(family.name);
  Found& found = at->second;
  if (is_new) found.family = {family.name, family.help, family.type, {}};
  if (found.family.type != family.type) refuse(family.name, "it is of two types");
  for (const prometheus::ClientMetric& metric : family.metric) {
    if (found.labels.size() >= Metrics::kMostSeries) return;
    std::vector<prometheus::ClientMetric::Label> labels = metric.label;
    std::sort(labels.begin(), labels.end());
    if (found.labels.insert(std::move(labels)).second) found.family.metric.push_back(metric);
  }
}

std::vector<prometheus::MetricFamily> Families::all() const {
  std::vector<prometheus::MetricFamily> all;
  for (const auto& [name, found] : found_)
    if (!found.family.metric.empty()) all.push_back(found.family);
  return all;
}

}  // namespace podload
