// Parses Kubernetes quantities ("100m", "128Mi", "1.5e3") exactly. Free functions; any thread; do not throw.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace podload {

enum class QuantityUnit { whole, thousandths };

/// A quantity in whole units or in thousandths, rounded up as Kubernetes does; nothing if `text` is not a quantity.
/// Values out of range become the nearest limit.
std::optional<std::int64_t> parse_quantity(std::string_view text, QuantityUnit unit);

/// The sum, limited to the range.
std::int64_t add_quantities(std::int64_t a, std::int64_t b);

}  // namespace podload
