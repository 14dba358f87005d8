// Failed sign-ins that come too fast to have a row in the log each, counted in PostgreSQL by minute and
// address. Owned by the plugin; any thread. Throws what libpqxx throws; the host's Database translates it.
#pragma once

#include <string>
#include <vector>

#include "podload/database.hpp"

namespace podload::auth {

struct FloodLimits {
  int rows_of_address = 10;  ///< A minute, for known accounts and for the rest.
  int rows_of_unknown = 60;  ///< A minute, for names that nobody has, over all addresses.
  int told_addresses = 20;   ///< Of a minute, told in a row each; the others of it in one row together.
};

/// What was counted of a minute that is over.
struct Flood {
  std::string minute;  ///< RFC 3339
  std::string source;  ///< Empty for several addresses.
  bool known = false;
  int addresses = 0;
  int attempts = 0;
  std::string first, last;  ///< Names, as the log would have them.
};

class FloodStore {
 public:
  explicit FloodStore(FloodLimits limits) : limits_(limits) {}

  /// Whether this failure has a row of its own; else it was counted.
  bool tell(Transaction& tx, const std::string& source, bool known, const std::string& name) const;

  /// What was counted of one minute that is over, taken out here: for one caller only, who tells it in
  /// the same transaction. Empty where nothing is left.
  std::vector<Flood> take(Transaction& tx) const;

 private:
  const FloodLimits limits_;
};

}  // namespace podload::auth
