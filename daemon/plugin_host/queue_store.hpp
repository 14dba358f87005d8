// podload.queues, and the rows of podload.deliveries that are in one. Any thread; throws what the
// database throws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin_host/delivery_store.hpp"

namespace podload {

/// One call of a queue's hearer: what it is given, and which call it is.
struct Turn {
  std::string hearer;
  std::string queue;
  std::int64_t number = 0;
  int refusals = 0;                  ///< Calls before this one without success, since the last one with.
  std::vector<Delivery> deliveries;  ///< The oldest that wait, all of one event name; never none.
};

class QueueStore {
 public:
  static void add(Transaction& tx, const std::string& queue, const std::string& event_id, const std::string& name, const Json& data,
                  const std::string& hearer);

  /// Takes the turn of the queue of one of `hearers` that has been due the longest and has something
  /// waiting, for `lease_seconds`, with at most `most` events.
  static std::optional<Turn> claim(Transaction& tx, const std::vector<std::string>& hearers, int lease_seconds, int most);

  /// Ends a turn as its hearer says; the queue is due again after `seconds`. With Result::again an attempt
  /// is counted for everything that waits in the queue, and what has had `attempts` is given up. A turn
  /// that another daemon took meanwhile changes nothing, but that what was told is not told again.
  static void finish(Transaction& tx, const Turn& turn, const Heard& heard, double seconds, int attempts);
};

}  // namespace podload
