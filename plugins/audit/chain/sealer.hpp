// Seals the log's rows, one daemon at a time. Owned by the plugin; run() on one thread. Throws what Database throws.
#pragma once

#include <cstddef>

#include "chain/chain_store.hpp"

namespace podload::audit {

class Sealer {
 public:
  Sealer(Database& database, const ChainStore& store) : database_(database), store_(store) {}

  /// Seals the waiting rows, in several transactions if there are many; returns how many. Stops if another daemon is
  /// sealing.
  std::size_t run() const;

 private:
  Database& database_;
  const ChainStore& store_;
};

}  // namespace podload::audit
