// The rows that the clients of a stream have, and what changes them into those of now. Not thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace podload::pod_load {

/// A row's name and its printed text.
using NamedRow = std::pair<std::string, std::string>;

class KnownRows {
 public:
  /// The members of a JSON object that change the known rows into `now`: "changed":[rows],"gone":["name"]. Empty if
  /// nothing changes. `now` is known from then on.
  std::string take(const std::vector<NamedRow>& now);

 private:
  std::map<std::string, std::size_t> known_;  ///< A hash of each row's text, by name.
};

}  // namespace podload::pod_load
