#include "podload/quantity.hpp"

#include <array>
#include <charconv>
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

}  // namespace podload
