// podload.deliveries: events on their way to the plugins that hear them. Any thread; throws what the
// database throws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "podload/events.hpp"

namespace podload {

/// An event on its way to one hearer.
struct Delivery {
  std::int64_t id = 0;
  std::string hearer;
  Event event;
  // For who looks at it:
  std::string due_at;
  std::string error;
  bool given_up = false;
};

class DeliveryStore {
 public:
  static void add(Transaction& tx, const std::string& event_id, const std::string& name, const Json& data, const std::string& hearer);

  /// Takes the delivery outside queues to one of `hearers` that has been due the longest, for `lease_seconds`.
  static std::optional<Delivery> claim(Transaction& tx, const std::vector<std::string>& hearers, int lease_seconds);

  /// Both do nothing where the delivery was taken by another meanwhile.
  static void told(Transaction& tx, const Delivery& delivery);
  static void failed(Transaction& tx, const Delivery& delivery, const std::string& error, double again_in_seconds, bool give_up);

  /// What waits in a queue, the oldest first.
  static std::vector<Delivery> in_queue(Transaction& tx, const std::string& hearer, const std::string& queue, int limit);

  /// Gives up what has waited for ten minutes for a plugin that is none of `hearers`; how many.
  static int give_up_unheard(Transaction& tx, const std::vector<std::string>& hearers);

  /// Those that failed at least once, given up ones first, then the oldest.
  static std::vector<Delivery> failing(Transaction& tx, int limit);
  /// How many wait, and how many were given up.
  static std::pair<int, int> counts(Transaction& tx);

  /// Given-up deliveries: tried again from the start, or dropped. How many there were.
  static int retry(Transaction& tx);
  static int drop(Transaction& tx);
};

}  // namespace podload
