#include "quantity.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "podload/quantity.hpp"

namespace podload {
namespace {

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

std::string resources_of(JsonView pod_template) {
  const JsonView containers = pod_template["spec"]["containers"];
  return "cpu: " + sum(containers, "requests", "cpu") + "/" + sum(containers, "limits", "cpu") +
         ", mem: " + sum(containers, "requests", "memory") + "/" + sum(containers, "limits", "memory");
}

}  // namespace podload
