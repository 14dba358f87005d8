// Gives the log's rows their seals, one daemon at a time. Owned by the plugin; run() on one thread.
// Throws what Database throws.
#pragma once

#include <cstddef>

#include "chain/chain_store.hpp"

namespace podload::audit {

class Sealer {
 public:
  Sealer(Database& database, const ChainStore& store) : database_(database), store_(store) {}

  /// Seals what waits, in several transactions if it is much; how many rows. Stops where another
  /// daemon is at it.
  std::size_t run() const;

 private:
  Database& database_;
  const ChainStore& store_;
};

}  // namespace podload::audit
