// Who changes something of this plugin. Value type.
#pragma once

#include <functional>

#include "podload/audit_log.hpp"
#include "podload/change_log.hpp"
#include "podload/database.hpp"

namespace podload::auth {

struct Actor {
  AuditEntry entry;                           ///< What the log says of them.
  std::function<void(Transaction&)> confirm;  ///< Throws where they no longer may; for the change's own transaction.
};

}  // namespace podload::auth
