#include "quantity.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace podload {
namespace {

constexpr std::array<std::pair<std::string_view, long double>, 13> kSuffixes{{{"m", 1e-3L},
                                                                               {"", 1.0L},
                                                                               {"k", 1e3L},
                                                                               {"M", 1e6L},
                                                                               {"G", 1e9L},
                                                                               {"T", 1e12L},
                                                                               {"P", 1e15L},
                                                                               {"Ki", 1024.0L},
                                                                               {"Mi", 1048576.0L},
                                                                               {"Gi", 1073741824.0L},
                                                                               {"Ti", 1099511627776.0L},
                                                                               {"Pi", 1125899906842624.0L},
                                                                               {"u", 1e-6L}}};

std::string plain(long double value) {
  std::array<char, 32> text{};
  const bool whole = std::fabs(value - std::round(value)) < 1e-9L;
  std::snprintf(text.data(), text.size(), whole ? "%.0Lf" : "%.1Lf", value);
  return text.data();
}

std::string cpu_text(long double thousandths) {
  const bool whole_cores = std::fmod(thousandths, 1000.0L) == 0;
  return whole_cores ? plain(thousandths / 1000) : plain(thousandths) + "m";
}

std::string memory_text(long double thousandths) {
  long double value = thousandths / 1000;
  std::string_view suffix;
  for (const std::string_view next : {"Ki", "Mi", "Gi", "Ti"}) {
    if (value < 1024) break;
    value /= 1024;
    suffix = next;
  }
  return plain(value) + std::string(suffix);
}

/// The sum over the containers, as text; "-" where none says any.
std::string sum(JsonView containers, const char* bound, const char* resource) {
  long double total = 0;
  bool said = false;
  containers.each([&](JsonView container) {
    const auto value = parse_quantity(container["resources"][bound][resource].text());
    said = said || value;
    total += value.value_or(0);
  });
  if (!said) return "-";
  return std::string_view(resource) == "cpu" ? cpu_text(total) : memory_text(total);
}

}  // namespace

std::optional<long double> parse_quantity(std::string_view text) {
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view suffix(stop, static_cast<std::size_t>(text.data() + text.size() - stop));
  for (const auto& [name, factor] : kSuffixes)
    if (name == suffix) return static_cast<long double>(number) * factor * 1000;
  return std::nullopt;
}

std::string resources_of(JsonView pod_template) {
  const JsonView containers = pod_template["spec"]["containers"];
  return "cpu: " + sum(containers, "requests", "cpu") + "/" + sum(containers, "limits", "cpu") +
         ", mem: " + sum(containers, "requests", "memory") + "/" + sum(containers, "limits", "memory");
}

}  // namespace podload
