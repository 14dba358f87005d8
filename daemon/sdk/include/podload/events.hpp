// Events: a plugin emits what happened, and subscribed plugins receive it.
//
// An event is written in the transaction of the change that it reports and is delivered only if that commits. Each
// subscribed plugin receives it at least once, soon afterwards, from any live daemon. If a subscriber throws, that is
// logged and delivery is retried at growing intervals until the host gives up and an administrator sees it. Events come
// in no particular order, except within a queue: its events come in the order in which they were emitted, one call at a
// time across all daemons. A plugin with `subscribes_in_order: true` in its plugin.yaml receives all its events through
// one queue of its own; to have one queue per receiver, it emits into queues with enqueue(). Value types; Events from any
// thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "podload/database.hpp"
#include "podload/json.hpp"

namespace podload {

struct Event {
  std::string id;    ///< A UUID, the same in every attempt: a subscriber that must not act twice stores it.
  std::string name;  ///< "operation.settled"
  std::string at;    ///< When it happened, by the database's clock (RFC 3339).
  Json data;
  int attempt = 1;
};

class Events {
 public:
  virtual ~Events() = default;

  /// Throws Error{"undeclared_event"} if the plugin's plugin.yaml does not list `name` under `emits`.
  virtual void emit(Transaction& tx, const std::string& name, const Json& data) = 0;

  /// The same, into that queue of each subscribed plugin. The first event creates the queue. `queue` has 1 to 200
  /// bytes.
  virtual void enqueue(Transaction& tx, const std::string& queue, const std::string& name, const Json& data) = 0;
};

/// Runs on a thread of the host, one call per event. After a minute, another daemon may deliver the event too.
using Subscriber = std::function<void(const Event&)>;

/// What a QueueSubscriber did with its events.
struct DeliveryResult {
  enum class Result {
    delivered, ///< They are delivered.
    again,     ///< Delivery failed: retried at growing intervals, given up in the end.
    too_fast,  ///< The receiver wants a pause of `rest`, which doubles each time in a row; no event is given up for that.
    refused,   ///< They can never be delivered: given up at once.
  };
  std::size_t count = 1;  ///< How many events this is about, from the first one on.
  Result result = Result::delivered;
  std::string problem;                ///< If they were not delivered: why, in one line that may be stored.
  std::chrono::milliseconds rest{0};  ///< The least time before the next call for this queue.
};

/// Receives the waiting events of one queue and one name, the oldest first, at least one. An exception counts as
/// Result::again for the first of them.
using QueueSubscriber = std::function<DeliveryResult(const std::vector<Event>&)>;

}  // namespace podload
