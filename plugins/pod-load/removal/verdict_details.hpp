// A verdict as an operation's details. Free function; any thread.
#pragma once

#include "podload/json.hpp"
#include "removal/guard.hpp"

namespace podload::pod_load {

/// {services, warnings, refusals}
Json details_of(const Verdict& verdict);

}  // namespace podload::pod_load
