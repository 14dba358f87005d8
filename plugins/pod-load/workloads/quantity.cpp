#include "workloads/quantity.hpp"

#include "podload/quantity.hpp"

namespace podload::pod_load {
namespace {

std::string cpu_text(std::int64_t thousandths) {
  return thousandths % 1000 == 0 ? std::to_string(thousandths / 1000) : std::to_string(thousandths) + "m";
}

/// In the largest unit that fits, with one decimal.
std::string memory_text(std::int64_t bytes) {
  std::int64_t one = 1;
  std::string_view suffix;
  for (const std::string_view next : {"Ki", "Mi", "Gi", "Ti"}) {
    if (bytes / one < 1024) break;
    one *= 1024;
    suffix = next;
  }
  std::int64_t whole = bytes / one, tenths = (bytes % one * 10 + one / 2) / one;
  if (tenths == 10) ++whole, tenths = 0;
  return std::to_string(whole) + (tenths == 0 && bytes % one == 0 ? "" : "." + std::to_string(tenths)) + std::string(suffix);
}

/// The sum over the containers, as text; "-" if no container declares one.
std::string sum(JsonView containers, const char* bound, const char* resource) {
  const bool cpu = std::string_view(resource) == "cpu";
  std::int64_t total = 0;
  bool declared = false;
  containers.each([&](JsonView container) {
    const auto value = parse_quantity(container["resources"][bound][resource].text(), cpu ? QuantityUnit::thousandths : QuantityUnit::whole);
    declared = declared || value;
    total = add_quantities(total, value.value_or(0));
  });
  if (!declared) return "-";
  return cpu ? cpu_text(total) : memory_text(total);
}

}  // namespace

std::string resources_of(JsonView pod_template) {
  const JsonView containers = pod_template["spec"]["containers"];
  return "cpu: " + sum(containers, "requests", "cpu") + "/" + sum(containers, "limits", "cpu") +
         ", mem: " + sum(containers, "requests", "memory") + "/" + sum(containers, "limits", "memory");
}

}  // namespace podload::pod_load
