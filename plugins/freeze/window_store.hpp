// The table freezes.windows. Times are the database's where they decide together. Any thread; throws what the database throws.
#pragma once

#include <string>
#include <vector>

#include "podload/database.hpp"
#include "window.hpp"

namespace podload::freeze {

class WindowStore {
 public:
  /// By their beginning; without `past`, only those that have not ended.
  static std::vector<Window> all(Transaction& tx, bool past);

  /// Those that have not ended and concern that namespace.
  static std::vector<Window> of(Transaction& tx, const std::string& cluster_id, const std::string& name_space);

  static void add(Transaction& tx, const Window& window);

  /// Ends a running one now and deletes one that has not begun; false if there is none that has not ended.
  static bool end(Transaction& tx, const std::string& id);
};

}  // namespace podload::freeze
