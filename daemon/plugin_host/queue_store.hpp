// podload.queues, and the rows of podload.deliveries that are in a queue. Any thread; throws what the database throws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin_host/delivery_store.hpp"

namespace podload {

/// One call of a queue's subscriber: its deliveries, and the call's number.
struct Turn {
  std::string subscriber;
  std::string queue;
  std::int64_t number = 0;
  int refusals = 0;                  ///< Failed calls since the last successful one.
  std::vector<Delivery> deliveries;  ///< The oldest waiting ones, all of one event name; at least one.
};

class QueueStore {
 public:
  static void add(Transaction& tx, const std::string& queue, const std::string& event_id, const std::string& name, const Json& data,
                  const std::string& subscriber);

  /// Claims for `lease_seconds` the longest due queue of one of `subscribers` that has events waiting, with at most
  /// `most` of them.
  static std::optional<Turn> claim(Transaction& tx, const std::vector<std::string>& subscribers, int lease_seconds, int most);

  /// Ends a turn with its subscriber's result; the queue is due again after `seconds`. Result::again counts an attempt
  /// for every delivery that waits in the queue and gives up those that have had `attempts`. If another daemon has
  /// claimed the queue meanwhile, this changes nothing except that delivered events are not delivered again.
  static void finish(Transaction& tx, const Turn& turn, const DeliveryResult& reply, double seconds, int attempts);
};

}  // namespace podload
