// Kubernetes quantities ("100m", "128Mi"). Free functions; any thread.
#pragma once

#include <optional>
#include <string_view>

namespace podload {

/// A quantity in thousandths of its unit; nothing for what is none.
std::optional<long double> parse_quantity(std::string_view text);

}  // namespace podload
