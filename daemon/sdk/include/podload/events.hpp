// Events: what happened, told to the plugins that hear it.
//
// An event is written in the transaction of the change that it tells of: it is told if that
// commits, and only then. Each plugin that hears it is told at least once, by any live daemon,
// shortly after. What a hearer throws is logged and tried again, later and later, until the host gives
// up and an administrator sees it. Events come in no certain order, but for those of a queue: they come
// in the order in which they were emitted, to one call at a time over all daemons. A plugin with
// `hears_in_order: true` in its plugin.yaml gets everything that it hears through a queue of its own; to
// have one queue per receiver it emits into queues with enqueue(). Value types; Events from any thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "podload/database.hpp"
#include "podload/json.hpp"

namespace podload {

struct Event {
  std::string id;    ///< A UUID, the same in every attempt: who must not act twice remembers it.
  std::string name;  ///< "operation.settled"
  std::string at;    ///< When it happened, by the database's clock (RFC 3339).
  Json data;
  int attempt = 1;
};

class Events {
 public:
  virtual ~Events() = default;

  /// Throws Error{"undeclared_event"} for a name that the plugin's plugin.yaml does not list under `emits`.
  virtual void emit(Transaction& tx, const std::string& name, const Json& data) = 0;

  /// The same, into that queue of each plugin that hears it. A queue begins to exist with its first
  /// event; `queue` is not empty and has at most 200 bytes.
  virtual void enqueue(Transaction& tx, const std::string& queue, const std::string& name, const Json& data) = 0;
};

/// Runs on a thread of the host, one call an event; has a minute, after which another daemon may
/// try as well.
using Hearer = std::function<void(const Event&)>;

/// What a QueueHearer did with the events that it was given.
struct Heard {
  enum class Result {
    told,      ///< They are done.
    again,     ///< They could not be told: tried again later and later, given up in the end.
    too_fast,  ///< The receiver wants to be left alone for `rest`, twice as long each time that it says so
               ///< again; none of them is given up for that.
    refused,   ///< They never can be told: given up at once.
  };
  std::size_t count = 1;  ///< How many were tried together, from the first one on.
  Result result = Result::told;
  std::string problem;                ///< Where they were not told: why, in a line that may be kept.
  std::chrono::milliseconds rest{0};  ///< For so long at least nothing more of this queue comes.
};

/// Hears events of one queue and one name: those that wait, the oldest first, never none. What it
/// throws is Result::again for the first of them.
using QueueHearer = std::function<Heard(const std::vector<Event>&)>;

}  // namespace podload
