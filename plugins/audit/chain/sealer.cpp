#include "chain/sealer.hpp"

namespace podload::audit {
namespace {

constexpr int kBatch = 1000;

struct Step {
  std::size_t sealed = 0;
  long long last = 0;
  bool more = false;
};

}  // namespace

std::size_t Sealer::run() const {
  std::size_t count = 0;
  Step step;
  do {
    step = database_.transact([&, after = step.last](Transaction& tx) {
      Step done;
      if (!store_.lock_sealing(tx)) return done;
      const auto rows = store_.waiting(tx, after, kBatch);
      done.more = rows.size() == kBatch;
      if (rows.empty()) return done;
      done.last = rows.back().id;
      std::vector<Seal> seals{store_.head(tx)};
      for (const WaitingRow& waiting : rows)  // a row deleted before it was sealed stays among the waiting ones: verify reports it
        if (waiting.row) seals.push_back(seal_after(seals.back(), *waiting.row));
      seals.erase(seals.begin());
      if (!seals.empty()) store_.add(tx, seals);
      done.sealed = seals.size();
      return done;
    });
    count += step.sealed;
  } while (step.more);
  return count;
}

}  // namespace podload::audit
