// podload.deliveries: events that wait to be delivered to subscribed plugins. Any thread; throws what the database
// throws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "podload/events.hpp"

namespace podload {

/// An event to be delivered to one subscriber.
struct Delivery {
  std::int64_t id = 0;
  std::string subscriber;
  Event event;
  // For display only:
  std::string due_at;
  std::string error;
  bool given_up = false;
};

class DeliveryStore {
 public:
  static void add(Transaction& tx, const std::string& event_id, const std::string& name, const Json& data, const std::string& subscriber);

  /// Claims for `lease_seconds` the delivery to one of `subscribers`, outside queues, that has been due the longest.
  static std::optional<Delivery> claim(Transaction& tx, const std::vector<std::string>& subscribers, int lease_seconds);

  /// Both do nothing if another daemon has claimed the delivery meanwhile.
  static void delivered(Transaction& tx, const Delivery& delivery);
  static void failed(Transaction& tx, const Delivery& delivery, const std::string& error, double again_in_seconds, bool give_up);

  /// The waiting deliveries of a queue, the oldest first.
  static std::vector<Delivery> in_queue(Transaction& tx, const std::string& subscriber, const std::string& queue, int limit);

  /// Gives up deliveries that have waited ten minutes for a plugin not in `subscribers`; returns how many.
  static int give_up_unsubscribed(Transaction& tx, const std::vector<std::string>& subscribers);

  /// Deliveries that failed at least once: given-up ones first, then the oldest.
  static std::vector<Delivery> failing(Transaction& tx, int limit);
  /// The numbers of waiting and of given-up deliveries.
  static std::pair<int, int> counts(Transaction& tx);
  struct Summary {
    int waiting = 0, given_up = 0;
    double oldest_seconds = 0;  ///< The age of the oldest that waits; 0 if none does.
  };
  /// Takes a second at most; later statements of the transaction have that limit, too.
  static Summary summary(Transaction& tx);

  /// Retries given-up deliveries from the first attempt, or drops them. Returns how many there were.
  static int retry(Transaction& tx);
  static int drop(Transaction& tx);
};

}  // namespace podload
