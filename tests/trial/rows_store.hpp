// The table trial.rows. Any thread; throws what the database throws.
#pragma once

#include <string>

#include "podload/database.hpp"
#include "podload/json.hpp"

namespace podload::trial {

struct RowsStore {
  static void add(Transaction& tx, const std::string& name, const std::string& origin);
  /// "name from origin" of each.
  static Json all(Transaction& tx);
};

}  // namespace podload::trial
