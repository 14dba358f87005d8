// What the stores have in common: parameters and rows. Free functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace podload::auth {

/// The only row of a query that finds at most one.
template <class Row>
std::optional<Row> first_of(std::vector<Row> rows) {
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

/// A PostgreSQL array of texts that need no quotes, as UUIDs do not.
inline std::string array_of(const std::vector<std::string>& plain) {
  std::string array = "{";
  for (const std::string& text : plain) array += (array.size() > 1 ? "," : "") + text;
  return array + "}";
}

}  // namespace podload::auth
