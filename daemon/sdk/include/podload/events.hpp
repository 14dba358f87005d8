// Events: what happened, told to the plugins that hear it.
//
// An event is written in the transaction of the change that it tells of: it is told if that
// commits, and only then. Each plugin that hears it is told at least once, by any live daemon,
// shortly after; in no certain order. What a hearer throws is logged and tried again, later and
// later, until the host gives up and an administrator sees it. Value types; Events from any thread.
#pragma once

#include <functional>
#include <string>

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
};

/// Runs on a thread of the host, one call an event; has a minute, after which another daemon may
/// try as well.
using Hearer = std::function<void(const Event&)>;

}  // namespace podload
