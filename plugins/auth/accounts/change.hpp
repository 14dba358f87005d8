// The actor of a change in this plugin. Value type.
#pragma once

#include <functional>

#include "podload/audit_log.hpp"
#include "podload/change_log.hpp"
#include "podload/database.hpp"

namespace podload::auth {

struct Actor {
  AuditEntry entry;                           ///< The log entry's fields about the actor.
  std::function<void(Transaction&)> confirm;  ///< Throws if the actor is no longer authorized; call it in the change's own transaction.
};

}  // namespace podload::auth
