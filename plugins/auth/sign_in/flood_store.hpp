// Counts failed sign-ins in PostgreSQL by minute and address if they come too fast for a log row each. Owned by the
// plugin; any thread. Throws what libpqxx throws; the host's Database translates it.
#pragma once

#include <string>
#include <vector>

#include "podload/database.hpp"

namespace podload::auth {

struct FloodLimits {
  int rows_of_address = 10;  ///< Per minute, separately for known accounts and for others.
  int rows_of_unknown = 60;  ///< Per minute over all addresses, for names without an account.
  int listed_addresses = 20;   ///< Addresses per minute that get a row of their own; the others share one.
};

/// The count of a past minute.
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

  /// Whether this failure gets a log row of its own; else it was counted.
  bool gets_row(Transaction& tx, const std::string& source, bool known, const std::string& name) const;

  /// Takes the counts of one past minute out of the table. Only one caller gets them and logs them in the same
  /// transaction. Empty if none are left.
  std::vector<Flood> take(Transaction& tx) const;

 private:
  const FloodLimits limits_;
};

}  // namespace podload::auth
